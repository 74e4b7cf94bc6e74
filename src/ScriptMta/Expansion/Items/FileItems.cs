using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>${readfile and ${env.</summary>
static class FileItems
{
    /// <summary>The whole file; a second argument replaces each newline in it.</summary>
    public static ExpandedKind ReadFile(Evaluation evaluation, Value[] arguments)
    {
        var name = arguments[0];
        if (name.IsTainted) return evaluation.Fail($"Tainted filename '{name.Text}'");
        string text;
        try { text = Directory.Exists(name.Text) ? "" : Latin1.Decode(File.ReadAllBytes(Latin1.ToUnicode(name.Text))); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException) // the rule gets the reason as its error text
        {
            return evaluation.Fail($"failed to open {name.Text}: {Reason(error)}");
        }
        return evaluation.Append(arguments.Length > 1 ? text.Replace("\n", arguments[1].Text, StringComparison.Ordinal) : text, arguments.Length > 1 ? arguments[1].Taint : Taint.Clean);
    }

    static string Reason(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException or ArgumentException => "No such file or directory",
        UnauthorizedAccessException => "Permission denied",
        _ => error.Message,
    };
}

/// <summary>${env{NAME}{yes}{no}}: of what keep_environment and add_environment let through.</summary>
sealed class EnvItem(Node name, Branch branch) : Node
{
    public static Node? Read(TemplateReader reader, ItemRow row)
    {
        var arguments = ArgumentGrammar.ReadSome(reader, row.Name, 1, 1);
        if (arguments is null) return null;
        return ArgumentGrammar.ReadBranch(reader, row.Name) is { } branch ? new EnvItem(arguments[0], branch) : null;
    }

    public override ExpandedKind Append(Evaluation evaluation)
    {
        var kind = evaluation.Evaluate(name, out var key);
        if (kind != ExpandedKind.Ok) return kind;
        var kept = evaluation.Context.Environment.KeptEnvironment;
        var found = key.Text.Length == 0 ? null : kept is null ? Environment.GetEnvironmentVariable(key.Text) : kept.GetValueOrDefault(key.Text);
        return branch.Append(evaluation, found is null ? null : Value.Clean(Latin1.FromUnicode(found)));
    }
}
