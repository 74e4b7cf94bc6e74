using System.Text;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Routing;

namespace ScriptMta.Transports;

/// <summary>
/// The argument list of a command (Exim 29.3): split at white space first, quotes respected, then each argument expanded by itself, so
/// that no value can become two arguments. Error is the text for the log; Defer says whether it is worth another try.
/// </summary>
sealed record PipeCommand(IReadOnlyList<string> Arguments, string? Error = null, bool Defer = false)
{
    /// <param name="Text">Byte text. Expand is false for commands of a plain .forward.</param>
    public static PipeCommand Parse(string text, bool expand, TransportJob job, string transport, ExpansionContext context)
    {
        var arguments = new List<string>();
        foreach (var word in Words(text))
        {
            if (word == "$pipe_addresses") arguments.AddRange(job.Recipients.Select(r => r.Address.Address.ToString()));
            else if (word == "$address_pipe" && job.Recipients[0].Address.Kind == TargetKind.Pipe) arguments.AddRange(Words(job.Recipients[0].Address.Target));
            else if (!expand) arguments.Add(word);
            else if (Expand(word, arguments.Count, text, transport, context, arguments) is { } failed) return failed;
        }
        return arguments.Count == 0 ? Wrong($"missing or empty command for {transport} transport") : new(arguments);
    }

    static PipeCommand? Expand(string word, int index, string command, string transport, ExpansionContext context, List<string> arguments)
    {
        var template = Template.Parse(word, Common.SourceLocation.BuiltIn("command"));
        var expanded = template.Expand(context);
        if (!expanded.IsOk) return new([], $"Expansion of \"{word}\" from command \"{command}\" in {transport} transport failed: {expanded.Error}", Defer: true);
        if (expanded.Value.IsTainted) return Wrong($"Tainted arg {index} for {transport} transport command: '{expanded.Text}'{Sinks.Suggestion(template)}");
        arguments.Add(expanded.Text);
        return null;
    }

    /// <summary>Finds the program as the options allow (Exim 29.5 allow_commands, restrict_to_path, path).</summary>
    public PipeCommand Located(PipeOptions options, string path, IReadOnlyList<string>? allowed, string transport)
    {
        var name = Arguments[0];
        var permitted = allowed is null && !options.RestrictToPath || allowed?.Contains(name) == true;
        if (!permitted && options.RestrictToPath)
        {
            if (name.Contains('/')) return Wrong($"\"/\" found in \"{name}\" (command for {transport} transport) - failed for security reasons");
            permitted = true;
        }
        if (!permitted) return Wrong($"\"{name}\" command not permitted by {transport} transport");
        if (name.Contains('/')) return this;
        foreach (var directory in path.Split(':'))
            if (directory.Length > 0 && MailFiles.Status($"{directory}/{name}", followLink: true) is { Kind: MailFileKind.Regular } found && (found.Mode & 0x49) != 0)
                return this with { Arguments = [$"{directory}/{name}", .. Arguments.Skip(1)] };
        return Wrong($"\"{name}\" command not found for {transport} transport");
    }

    /// <summary>Words between white space; "…" with backslash escapes, '…' verbatim.</summary>
    public static List<string> Words(string text)
    {
        var words = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            if (text[at] is ' ' or '\t' or '\n') { at++; continue; }
            words.Add(text[at] switch { '"' => DoubleQuoted(text, ref at), '\'' => SingleQuoted(text, ref at), _ => Plain(text, ref at) });
        }
        return words;
    }

    static string Plain(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && text[at] is not (' ' or '\t' or '\n')) at++;
        return text[start..at];
    }

    static string SingleQuoted(string text, ref int at)
    {
        var end = text.IndexOf('\'', at + 1);
        if (end < 0) end = text.Length;
        var word = text[(at + 1)..end];
        at = end + 1;
        return word;
    }

    static string DoubleQuoted(string text, ref int at)
    {
        var word = new StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] != '\\' || at + 1 >= text.Length) { word.Append(text[at]); continue; }
            word.Append(text[++at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
        }
        at++;
        return word.ToString();
    }

    static PipeCommand Wrong(string error) => new([], error);
}
