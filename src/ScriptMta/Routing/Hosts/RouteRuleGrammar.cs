using ScriptMta.Common;
using Sprache;

namespace ScriptMta.Routing;

/// <summary>The words of a manualroute rule (Exim 20.2): pattern, host list, options. A word may stand in double quotes with backslash escapes.</summary>
static class RouteRuleGrammar
{
    static readonly Parser<string> Quoted =
        from open in Parse.Char('"')
        from body in Parse.Char('\\').Then(_ => Parse.AnyChar).Or(Parse.CharExcept("\"\\")).Many().Text()
        from close in Parse.Char('"')
        select body;

    static readonly Parser<string> Bare = Parse.Char(c => !AsciiSpace.Is(c), "a word").AtLeastOnce().Text();

    static readonly Parser<IEnumerable<char>> Space = Parse.Char(AsciiSpace.Is, "white space").Many();

    static readonly Parser<string> Word = Quoted.Or(Bare).Contained(Space, Space);

    static readonly Parser<string> Rest = Parse.AnyChar.Many().Text().Select(t => t.TrimSpace());

    static readonly Parser<(string Hosts, string Options)> HostsAndOptions =
        from hosts in Word.Or(Parse.Return(""))
        from options in Rest
        select (hosts, options);

    static readonly Parser<(string Pattern, string Hosts, string Options)> Rule =
        from pattern in Word
        from rest in HostsAndOptions
        select (pattern, rest.Hosts, rest.Options);

    public static (string Pattern, string Hosts, string Options) ReadRule(string text) => Rule.Parse(text);

    /// <summary>The form of route_data: no pattern.</summary>
    public static (string Hosts, string Options) ReadData(string text) => HostsAndOptions.Parse(text);
}
