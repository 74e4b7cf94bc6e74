using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>
/// regex = list of patterns: each line of the message, or in a MIME ACL of the part as it stands. mime_regex: the beginning of the decoded part, whole (Exim 45.5). The pattern that
/// matched is $regex_match_string, its groups $regex1…. A pattern that cannot be compiled is logged and left out.
/// </summary>
static class RegexConditions
{
    /// <summary>Exim's limit of a line, and of the decoded text that mime_regex sees.</summary>
    public const int Longest = 32767;
    const int Groups = 9;

    public static AclStep Raw(AclPartSource source) => AclArgument.Expanded(source, static (run, value) => Find(run, value, static (run, content, patterns) =>
    {
        using var stream = content.Part is { } part ? part.OpenRaw() : content.OpenMbox(run.Context);
        foreach (var line in new TextLines(stream, Longest))
            if (Match(run, patterns, line) is { } found) return found;
        return AclResult.Fail;
    }));

    public static AclStep Decoded(AclPartSource source) => AclArgument.Expanded(source, static (run, value) => Find(run, value, static (run, content, patterns) =>
    {
        if (content.Part!.DecodedFile is null && DecodeCondition.DecodeByDefault(run) is { Kind: not AclResultKind.Ok } failed) return failed;
        using var file = File.OpenRead(content.Part.DecodedFile!);
        var text = new byte[Longest];
        return Match(run, patterns, Latin1.Decode(text.AsSpan(0, file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false)))) ?? AclResult.Fail;
    }));

    static AclResult Find(AclRun run, Value list, Func<AclRun, MessageContent, List<Pattern>, AclResult> search)
    {
        var variables = run.Context.Message.Content;
        variables.Remove("regex_match_string");
        for (var group = 1; group <= Groups; group++) variables.Remove("regex" + group);
        if (run.Session.Content is not { } content) return AclResult.Defer("there is no message to look into here");
        var patterns = Compile(run.Context, list.Text);
        if (patterns.Count == 0) return AclResult.Fail;
        try { return search(run, content, patterns); }
        catch (IOException error) { return AclResult.Defer(error.Message); }
    }

    static List<Pattern> Compile(ExpansionContext context, string list)
    {
        var patterns = new List<Pattern>();
        foreach (var item in new ListText(list))
            if (Pattern.Compile(item, caseless: false, out var error) is { } pattern) patterns.Add(pattern);
            else ContentLog.BadPattern(context, item, error[(error.IndexOf("\": ", StringComparison.Ordinal) + 3)..]);
        return patterns;
    }

    /// <summary>Null when none matches.</summary>
    static AclResult? Match(AclRun run, List<Pattern> patterns, string text)
    {
        foreach (var pattern in patterns)
        {
            var match = pattern.Match(text);
            if (match.IsDefer) return AclResult.Defer($"regular expression \"{pattern.Text}\": {match.Reason}");
            if (!match.IsYes) continue;
            var variables = run.Context.Message.Content;
            variables["regex_match_string"] = Value.Clean(pattern.Text);
            for (var group = 1; group < Math.Min(match.Groups.Count, Groups + 1); group++) variables["regex" + group] = Value.Tainted(match.Group(group));
            return AclResult.Ok;
        }
        return null;
    }
}
