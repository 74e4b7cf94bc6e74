using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>
/// decode = default|name|/directory|/file (Exim 45.4): writes the MIME part, without its transfer encoding, to a file. "0" and "false" are no. A file that cannot be written,
/// a name that a stranger chose, or one that would leave the scan directory defers.
/// </summary>
static class DecodeCondition
{
    const string Default = "default";

    public static AclStep Bind(AclPartSource source)
    {
        if (Template.Parse(source.Argument) is { IsConstant: true, SyntaxError: null } name && IsOutside(name.Source.TrimSpace()))
            source.Error($"\"decode = {name.Source}\" is not in the scan directory: give a name without slashes, or a whole path");
        return AclArgument.Expanded(source, static (run, value) => Decode(run, value with { Text = value.Text.TrimSpace() }));
    }

    /// <summary>As mime_regex does it where no decode came before.</summary>
    public static AclResult DecodeByDefault(AclRun run) => Decode(run, Value.Clean(Default));

    static AclResult Decode(AclRun run, Value target)
    {
        if (run.Session.Content is not { Part: { } part } content) return AclResult.Error("decode works on a MIME part, and there is none");
        if (target.Text is "0" or "false") return AclResult.Fail;
        try
        {
            return Name(run, content.Folder, target) is not { } file ? new AclResult(AclResultKind.Defer) : Done(part, file, content.Folder, run.Context);
        }
        catch (IOException error)
        {
            ContentLog.NotDecoded(run.Context, "decode", error.Message);
            return new(AclResultKind.Defer);
        }
    }

    static AclResult Done(CurrentPart part, string file, ScanFolder folder, ExpansionContext context)
    {
        part.Decode(file, folder, context.Message);
        return AclResult.Ok;
    }

    static string? Name(AclRun run, ScanFolder folder, Value target)
    {
        if (target.Text.Length == 0 || target.Text == Default) return folder.NextName(folder.Directory);
        var file = Path.Combine(folder.Directory, target.Text);
        if (target.IsTainted)
        {
            ContentLog.TaintedFile(run.Context, file);
            return null;
        }
        if (IsOutside(target.Text)) return null;
        if (!target.Text.StartsWith('/')) return file;
        return MailFiles.Status(target.Text, followLink: true) is { Kind: MailFileKind.Directory } ? folder.NextName(target.Text) : target.Text;
    }

    static bool IsOutside(string name) => !name.StartsWith('/') && (name.Contains('/') || name is "." or "..");
}
