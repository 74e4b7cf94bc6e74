using System.Collections.Frozen;
using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Acl;

/// <summary>
/// Makes statements out of an ACL's logical lines (Exim 44.17): a line that begins with a verb opens a statement and may go on with its first condition;
/// every other line is one condition or modifier. All mistakes are reported; what is wrong is left out of the result.
/// </summary>
static class AclParser
{
    static readonly FrozenDictionary<string, AclVerb> Verbs =
        Enum.GetValues<AclVerb>().ToFrozenDictionary(v => v.ToString().LowerAscii(), StringComparer.Ordinal);

    /// <summary>What Exim says first of whatever is wrong in an ACL of the configuration.</summary>
    public const string ErrorInAcl = "error in ACL: ";

    public static bool IsVerb(string word) => Verbs.ContainsKey(word);

    public static AclList Parse(string name, SourceLocation at, IEnumerable<LogicalLine> lines, ProblemList problems)
    {
        var statements = ImmutableArray.CreateBuilder<AclStatement>();
        ImmutableArray<AclPart>.Builder? parts = null;
        foreach (var line in lines)
        {
            var (text, place) = (line.Text, line.At);
            if (text.Length == 0) continue;
            var word = WordAt(text, 0);
            if (Verbs.TryGetValue(word, out var verb))
            {
                Close(statements, parts);
                statements.Add(new(verb, place, []));
                parts = ImmutableArray.CreateBuilder<AclPart>();
                (text, place) = Skip(text, place, word.Length);
            }
            else if (parts is null)
            {
                problems.Error(place, $"ACL \"{name}\": expected a verb ({string.Join(", ", Verbs.Keys.Order())}), found \"{text}\"{Nearest.Hint(word, Verbs.Keys)}", $"{ErrorInAcl}unknown ACL verb \"{word}\" in \"{text}\"");
                parts = ImmutableArray.CreateBuilder<AclPart>();
                continue;
            }
            if (text.Length > 0 && ParsePart(name, statements.LastOrDefault()?.Verb, line.Text, text, place, problems) is { } part) parts.Add(part);
        }
        Close(statements, parts);
        return new(name, at, statements.ToImmutable());
    }

    static void Close(ImmutableArray<AclStatement>.Builder statements, ImmutableArray<AclPart>.Builder? parts)
    {
        if (statements.Count > 0 && parts is not null) statements[^1] = statements[^1] with { Parts = parts.ToImmutable() };
    }

    static AclPart? ParsePart(string acl, AclVerb? verb, string line, string text, SourceLocation at, ProblemList problems)
    {
        var (source, start, negated) = (text, at, text[0] == '!');
        if (negated) (text, at) = Skip(text, at, 1);
        var name = WordAt(text, 0);
        if (AclParts.Find(name) is not { } row)
        {
            problems.Error(at, $"ACL \"{acl}\": unknown condition or modifier in \"{source}\"{Nearest.Hint(name, AclParts.Names.Concat(Verbs.Keys))}", $"{ErrorInAcl}unknown ACL condition/modifier in \"{line}\"");
            return null;
        }
        if (negated && row.IsModifier) { problems.Error(start, $"ACL \"{acl}\": negation is not allowed with the modifier \"{name}\""); return null; }
        if (name == "endpass" && verb is not (null or AclVerb.Accept or AclVerb.Discard)) { problems.Error(at, $"ACL \"{acl}\": \"endpass\" is allowed with accept and discard only, not with {verb.ToString()!.LowerAscii()}"); return null; }
        (text, at) = Skip(text, at, name.Length);
        var variable = "";
        if (name == "set")
        {
            variable = WordAt(text, 0);
            (text, at) = Skip(text, at, variable.Length);
        }
        if (text.StartsWith('=')) (text, at) = Skip(text, at, 1);
        else if (!row.HasNoArgument) { problems.Error(at, $"ACL \"{acl}\": \"=\" missing after {(row.IsModifier ? "modifier" : "condition")} \"{name}\""); return null; }
        if (row.Bind is null) { problems.Error(start, $"ACL \"{acl}\": {(row.IsModifier ? "modifier" : "condition")} \"{name}\" is {(row.Instead is { } instead ? $"not built: {instead}" : "known, but not built yet")}"); return null; }
        return new(row, start, source, negated, row.Bind(new(acl, name, variable, new(text, at), start, problems)));
    }

    static string WordAt(string text, int start)
    {
        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
        return text[start..end];
    }

    static (string Text, SourceLocation At) Skip(string text, SourceLocation at, int length)
    {
        while (length < text.Length && AsciiSpace.Is(text[length])) length++;
        return (text[length..], at.Plus(length));
    }
}
