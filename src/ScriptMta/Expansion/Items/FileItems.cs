using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using ScriptMta.Common;
using ScriptMta.Common.Posix;

namespace ScriptMta.Expansion;

/// <summary>${readfile{name}{newline}. Only regular files and directories (nothing, as in Exim) are opened: a FIFO or device could hold the rule for ever or have no end.</summary>
static class FileItems
{
    // Evaluation takes no larger result.
    const long MaxFile = 64 * 1024 * 1024;
    const string NullDevice = "/dev/null";

    /// <summary>The whole file up to its first NUL; a second argument replaces each newline in it.</summary>
    public static ExpandedKind ReadFile(Evaluation evaluation, Value[] arguments)
    {
        if (evaluation.Context.Refusal(ForbiddenItems.FileReading) is { } refusal) return evaluation.Fail(refusal);
        var name = arguments[0];
        if (name.IsTainted) return evaluation.Fail($"Tainted filename '{name.Text}'");
        if (Read(name.Text, out var error) is not { } text) return evaluation.Fail($"failed to open {name.Text}: {error}");
        if (arguments.Length < 2) return evaluation.Append(text);
        return evaluation.Append(text.Replace("\n", arguments[1].Text, StringComparison.Ordinal), text.Contains('\n') ? arguments[1].Taint : Taint.Clean);
    }

    static string? Read(string name, out string error)
    {
        error = "";
        try
        {
            using var file = MailFiles.OpenFile(name, MailFiles.Open.Read | MailFiles.Open.NonBlocking, 0, followLink: true);
            var kind = MailFiles.Status(file).Kind;
            if (kind == MailFileKind.Directory || name == NullDevice) return "";
            if (kind == MailFileKind.Regular && ReadAll(file) is { } text) return text;
            error = kind == MailFileKind.Regular ? $"it is larger than {MaxFile} bytes" : "it is not a regular file";
        }
        catch (IOException failure) { error = Reason(failure.HResult); } // the rule gets the reason as its error text
        return null;
    }

    static string? ReadAll(SafeFileHandle file)
    {
        var block = new byte[64 * 1024];
        var all = new MemoryStream();
        for (int count; (count = RandomAccess.Read(file, block, all.Length)) > 0;)
            if (all.Length + count > MaxFile) return null;
            else all.Write(block, 0, count);
        return Latin1.Decode(all.GetBuffer().AsSpan(0, (int)all.Length)).Split('\0', 2)[0];
    }

    /// <summary>Exim says who was refused.</summary>
    static string Reason(int number) =>
        Marshal.GetPInvokeErrorMessage(number) + (number == PosixError.AccessDenied ? $" (euid={Users.geteuid()} egid={Users.getegid()})" : "");
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
