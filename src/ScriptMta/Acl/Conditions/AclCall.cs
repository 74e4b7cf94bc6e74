using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Acl;

/// <summary>acl = name argument…: the verdict of another list as a condition (Exim 44.26). Up to nine arguments, each expanded on its own, are $acl_arg1…; a quoted word may hold spaces.</summary>
static class AclCall
{
    const int MaxArguments = 9;

    public static AclStep Bind(AclPartSource source)
    {
        var words = Words(source.Argument);
        if (words.Count == 0) source.Error("\"acl\" needs the name of an ACL");
        if (words.Count > MaxArguments + 1) source.Error($"\"acl\" takes at most {MaxArguments} arguments");
        foreach (var word in words)
            if (word.SyntaxError is { } error) source.Error(error);
        return (run, cancel) => CallAsync(words, run, cancel);
    }

    /// <summary>The name that a part calls, where it can be known at load.</summary>
    public static string? ConstantName(AclPart part)
    {
        if (part.Row.Name != "acl" || part.Source.IndexOf('=', StringComparison.Ordinal) is var equals && equals < 0) return null;
        var words = Words(new(part.Source[(equals + 1)..].TrimSpace(), part.At));
        return words.Count > 0 && words[0].IsConstant ? words[0].Source : null;
    }

    static async ValueTask<AclResult> CallAsync(List<Template> words, AclRun run, CancellationToken cancel)
    {
        var values = new List<Value>(words.Count);
        foreach (var word in words)
        {
            var expanded = word.Expand(run.Context);
            if (expanded.Kind == ExpandedKind.ForcedFail) return AclResult.Ignored;
            if (!expanded.IsOk) return AclArgument.Failed(word, expanded);
            values.Add(expanded.Value);
        }
        var nested = new AclRun { Runner = run.Runner, Where = run.Where, Session = run.Session, Context = run.Context, Depth = run.Depth + 1 };
        var result = await run.Runner.CallAsync(nested, values[0], values[1..], cancel).ConfigureAwait(false);
        run.TemporaryDetails |= nested.TemporaryDetails;
        run.RejectLogs ??= nested.RejectLogs;
        return result;
    }

    static List<Template> Words(OptionText text)
    {
        var words = new List<Template>();
        for (var at = 0; at < text.Text.Length;)
        {
            if (AsciiSpace.Is(text.Text[at])) { at++; continue; }
            var start = at;
            var quoted = text.Text[at] == '"';
            var end = quoted ? EndOfQuoted(text.Text, at + 1) : EndOfWord(text.Text, at);
            words.Add(quoted ? Template.Parse(text.Text[(start + 1)..end].Replace("\\\"", "\""), text.At.Plus(start + 1)) : Template.Parse(text.Text[start..end], text.At.Plus(start)));
            at = quoted ? Math.Min(end + 1, text.Text.Length) : end;
        }
        return words;
    }

    static int EndOfQuoted(string text, int at)
    {
        while (at < text.Length && text[at] != '"') at += text[at] == '\\' && at + 1 < text.Length ? 2 : 1;
        return at;
    }

    /// <summary>White space inside of braces belongs to the word.</summary>
    static int EndOfWord(string text, int at)
    {
        for (var depth = 0; at < text.Length && (depth > 0 || !AsciiSpace.Is(text[at])); at++)
            depth += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
        return at;
    }
}
