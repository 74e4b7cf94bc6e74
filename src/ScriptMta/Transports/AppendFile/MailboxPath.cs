using ScriptMta.Expansion;
using ScriptMta.Routing;

namespace ScriptMta.Transports;

/// <summary>Where a message goes: the file, or the directory that gets a new file. Problem explains why not.</summary>
readonly record struct MailboxPath(string Path, bool IsDirectory, MailboxProblem? Problem)
{
    public static MailboxPath Of(TransportJob job, TransportOptions generic, AppendFileOptions options, ExpansionContext context, DeliveryIdentity identity)
    {
        var target = job.Recipients[0].Address;
        var template = options.File ?? options.Directory;
        if (template is null && target.Kind != TargetKind.File) return Wrong("Mandatory file or directory option missing from " + generic.Name + " transport", MailboxProblem.Taint);
        var value = target.TargetIsTainted ? Value.Tainted(target.Target) : Value.Clean(target.Target);
        if (template is not null)
        {
            var expanded = template.Expand(context);
            if (!expanded.IsOk) return Wrong($"Expansion of \"{template.Source}\" (file or directory name for {generic.Name} transport) failed: {expanded.Error}", MailboxProblem.Taint);
            value = expanded.Value;
        }
        var isDirectory = options.Directory is not null || options.MaildirFormat || template is null && value.Text.EndsWith('/');
        var path = value.Text.Length > 1 ? value.Text.TrimEnd('/') : value.Text;
        if (!path.StartsWith('/')) return Wrong($"appendfile: file or directory name \"{path}\" is not absolute", MailboxProblem.BadPath);
        var constrained = Constraint(options, identity, path);
        if (constrained.Problem is { } problem && value.IsTainted) return new("", false, problem);
        if (!constrained.Cleans && Sinks.FileName(value, $"file or directory name for {generic.Name} transport", template) is { } taint) return Wrong(taint, MailboxProblem.Taint);
        return new(path, isDirectory, null);
    }

    /// <summary>Whether create_file lets a file or directory be made here (only asked when it is missing); null = yes.</summary>
    public static MailboxProblem? MayCreate(AppendFileOptions options, DeliveryIdentity identity, string path) => Constraint(options, identity, path).Problem;

    static (MailboxProblem? Problem, bool Cleans) Constraint(AppendFileOptions options, DeliveryIdentity identity, string path)
    {
        if (options.CreateFile == CreateFile.Anywhere) return (null, false);
        var root = options.CreateFile == CreateFile.BelowPath ? options.CreateBelow : identity.Home?.Text.TrimEnd('/');
        if (root is null) return (new(MailboxProblem.BadPath, "appendfile: file or directory creation is constrained by create_file, but there is no home directory"), false);
        var inside = path.StartsWith(root + "/", StringComparison.Ordinal)
            && (options.CreateFile == CreateFile.InHome || !(path[root.Length..] + "/").Contains("/../", StringComparison.Ordinal));
        return inside ? (null, options.CreateFile != CreateFile.InHome) : (new(MailboxProblem.BadPath, $"{path} is not in {root}, where create_file allows files to be made"), false);
    }

    static MailboxPath Wrong(string text, int errno) => new("", false, new(errno, text));
}
