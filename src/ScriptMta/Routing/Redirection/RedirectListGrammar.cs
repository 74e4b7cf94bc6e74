using System.Buffers;
using Sprache;

namespace ScriptMta.Routing;

/// <summary>One item of a redirection list as written, and its line from 1.</summary>
readonly record struct RawRedirectItem(string Text, int Line);

/// <summary>
/// A redirection list into raw items (Exim 22.4): separated by commas and newlines, which quotes, angle brackets and comments protect; "#" after a
/// separator begins a comment. :fail: and :defer: take the rest of their line.
/// </summary>
static class RedirectListGrammar
{
    static readonly Parser<string> Rest = Parse.CharExcept('\n').Many().Text();

    static readonly Parser<string> Escaped =
        from slash in Parse.Char('\\')
        from next in Parse.CharExcept('\n')
        select new string([slash, next]);

    static readonly Parser<string> Quoted =
        from open in Parse.Char('"')
        from body in Escaped.Or(Parse.CharExcept("\"\\").AtLeastOnce().Text()).Many()
        from close in Parse.Char('"')
        select "\"" + string.Concat(body) + "\"";

    /// <summary>Comments nest: a loop, since a user's .forward must be able to use up neither the stack nor the processor. One that its line does not close is none.</summary>
    static IResult<string> Comment(IInput input)
    {
        var end = EndOfComment(input.Source, input.Position);
        if (end < 0) return Result.Failure<string>(input, "no comment", []);
        var at = input;
        while (at.Position < end) at = at.Advance();
        return Result.Success(input.Source[input.Position..end], at);
    }

    static int EndOfComment(string text, int start)
    {
        if (start >= text.Length || text[start] != '(') return -1;
        var depth = 0;
        for (var at = start; at < text.Length && text[at] != '\n'; at++)
            if (text[at] == '\\') at++;
            else if (text[at] == '(') depth++;
            else if (text[at] == ')' && --depth == 0) return at + 1;
        return -1;
    }

    static readonly Parser<string> Bracketed =
        from open in Parse.Char('<')
        from body in Quoted.Or(Escaped).Or(Parse.CharExcept("<>\"\\\n").AtLeastOnce().Text()).Many()
        from close in Parse.Char('>')
        select "<" + string.Concat(body) + ">";

    static readonly Parser<string> Plain = Parse.CharExcept(",\n\"(<\\").AtLeastOnce().Text();

    /// <summary>A quote or bracket that nothing closes is a character like others; the address parser then says what is wrong.</summary>
    static readonly Parser<string> Ordinary = Plain.Or(Quoted).Or(Comment).Or(Bracketed).Or(Escaped).Or(Parse.CharExcept(",\n").Select(c => c.ToString())).AtLeastOnce().Select(string.Concat);

    static readonly Parser<string> ToLineEnd =
        from word in Parse.String(":fail:").Or(Parse.String(":defer:")).Text()
        from text in Rest
        select word + text;

    static readonly Parser<RawRedirectItem?> Item = ToLineEnd.Or(Ordinary).Span().Select(s => (RawRedirectItem?)new RawRedirectItem(s.Value.Trim(' ', '\t', '\r'), s.Start.Line));

    static readonly Parser<RawRedirectItem?> CommentLine = Parse.Char('#').Then(_ => Rest).Return((RawRedirectItem?)null);

    static readonly Parser<char> Separator = Parse.Chars(" \t\r,\n");

    static readonly Parser<IEnumerable<RawRedirectItem?>> List =
        from before in Separator.Many()
        from items in (from item in CommentLine.Or(Item) from after in Separator.Many() select item).Many()
        select items;

    static readonly SearchValues<char> Meaningful = SearchValues.Create("\"(<\\#:");

    /// <summary>Every text has a reading. Lists of plain addresses, which may be long, need no grammar.</summary>
    public static IReadOnlyList<RawRedirectItem> Read(string text) =>
        text.AsSpan().ContainsAny(Meaningful) ? [.. List.End().Parse(text).OfType<RawRedirectItem>().Where(item => item.Text.Length > 0)] : [.. Plainly(text)];

    static IEnumerable<RawRedirectItem> Plainly(string text)
    {
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            foreach (var item in line.Split(','))
                if (item.Trim(' ', '\t', '\r') is { Length: > 0 } trimmed) yield return new(trimmed, number);
        }
    }
}
