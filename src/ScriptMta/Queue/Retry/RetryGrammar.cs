using ScriptMta.Language;
using Sprache;

namespace ScriptMta.Queue;

/// <summary>The words of one line of `begin retry`: pattern, error, senders (null = any), and the parameters, each not yet interpreted.</summary>
sealed record RetryLine(string Pattern, string Error, string? Senders, IReadOnlyList<RetryParameterText> Parameters);

/// <summary>"F,2h,15m": letter, cutoff, interval, and for G and H a factor.</summary>
sealed record RetryParameterText(char Letter, string Cutoff, string Interval, string? Factor);

/// <summary>The syntax of a retry rule (Exim 32.3).</summary>
static class RetryGrammar
{
    static readonly Parser<string> Blank = Parse.Chars(' ', '\t').AtLeastOnce().Text();
    static readonly Parser<string> Word = Parse.CharExcept(" \t").AtLeastOnce().Text();

    /// <summary>Quotes keep spaces in a pattern; inside, a backslash takes the next character as it is.</summary>
    static readonly Parser<string> Quoted =
        from open in Parse.Char('"')
        from text in Parse.CharExcept("\"\\").Or(Parse.Char('\\').Then(_ => Parse.AnyChar)).Many().Text()
        from close in Parse.Char('"')
        select text;

    static readonly Parser<string> Field = Parse.CharExcept(",; \t").AtLeastOnce().Text();

    static readonly Parser<string> Comma =
        from before in Blank.Optional()
        from comma in Parse.Char(',')
        from after in Blank.Optional()
        select ",";

    static readonly Parser<RetryParameterText> Parameter =
        from letter in Parse.Chars('F', 'G', 'H').Named("F, G or H")
        from first in Comma
        from cutoff in Field.Named("cutoff time")
        from second in Comma
        from interval in Field.Named("retry interval")
        from factor in Comma.Then(_ => Field).Optional()
        select new RetryParameterText(letter, cutoff, interval, factor.GetOrDefault());

    static readonly Parser<char> Semicolon =
        from before in Blank.Optional()
        from semicolon in Parse.Char(';')
        from after in Blank.Optional()
        select semicolon;

    /// <summary>senders= takes everything up to the first parameter: a list may hold spaces.</summary>
    static readonly Parser<string> Senders =
        from name in Parse.String("senders=")
        from list in Quoted.Or(Parse.AnyChar.Except(Blank.Then(_ => Parse.Chars('F', 'G', 'H')).Then(_ => Comma)).Many().Text())
        from end in Blank
        select list;

    static readonly Parser<RetryLine> Line =
        from pattern in Quoted.Or(Word).Named("pattern")
        from one in Blank
        from error in Word.Named("error name")
        from senders in Blank.Then(_ => Senders).Optional()
        from two in Blank.Optional()
        from parameters in Parameter.DelimitedBy(Semicolon).Optional()
        from semicolon in Parse.Chars(';', ' ', '\t').Many().End()
        select new RetryLine(pattern, error, senders.GetOrDefault(), [.. parameters.GetOrElse([])]);

    /// <summary>Null when the line is wrong; it is then in the problems with its place.</summary>
    public static RetryLine? Read(LogicalLine line, ProblemList problems)
    {
        var result = Line.TryParse(line.Text.TrimEnd());
        if (result.WasSuccessful) return result.Value;
        var expected = result.Expectations.Any() ? $"; expected {string.Join(" or ", result.Expectations)}" : "";
        problems.Error(line.At.Plus(result.Remainder.Position), $"retry rule: {result.Message}{expected}");
        return null;
    }
}
