using System.Globalization;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Queue;

/// <summary>A field of the filter language. Make: the condition for an operator and a value, or null and what is wrong with the value.</summary>
sealed record FilterField(string Name, IReadOnlyList<string> Operators, FilterField.Maker Make)
{
    public delegate QueueFilter? Maker(string symbol, string value, out string error);
}

/// <summary>What can be asked of a queued message. "rcpt" and "last" speak of what still waits.</summary>
static class FilterFields
{
    static readonly string[] TextOperators = ["=", "!=", "~", "!~"];
    static readonly string[] OrderOperators = [">", "<", ">=", "<=", "="];
    static readonly string[] Equality = ["=", "!="];

    static readonly FilterField[] All =
    [
        Texts("id", static m => [m.Id.Text]),
        Texts("sender", static m => [m.Sender]),
        Texts("sender.domain", static m => [DomainOf(m.Sender)]),
        Texts("rcpt", static m => m.Waiting.Select(static r => r.Address)),
        Texts("rcpt.domain", static m => m.Waiting.Select(static r => DomainOf(r.Address))),
        Texts("host", static m => m.Delays.Select(static d => d.Host)),
        Texts("last.text", static m => m.Delays.Select(static d => d.Text)),
        Texts("last.error", static m => m.Delays.Select(static d => d.Error)),
        new("last.code", Equality, Code),
        new("age", OrderOperators, Age),
        new("size", OrderOperators, Size),
        Truth("frozen", static m => m.Frozen),
        Truth("active", static m => m.BeingDelivered),
        Truth("tried", static m => m.Delays.Count > 0),
    ];

    public static IEnumerable<string> Names => All.Select(static f => f.Name);

    public static FilterField? Find(string name) => Array.Find(All, f => f.Name == name);

    static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..];

    /// <summary>= and != compare without case; ~ and !~ are regular expressions without case. Any of several values is enough; for != and !~ none may be.</summary>
    static FilterField Texts(string name, Func<QueueListing, IEnumerable<string>> values) => new(name, TextOperators, (string symbol, string value, out string error) =>
    {
        error = "";
        Func<string, bool> test;
        if (symbol.EndsWith('=')) test = text => AsciiCase.Same(text, value);
        else if (Pattern.Compile(value, caseless: true, out error) is { } pattern) test = text => pattern.Match(text).IsYes;
        else return null;
        var wanted = symbol[0] != '!';
        return QueueFilter.Of((m, _) => values(m).Any(test) == wanted);
    });

    static FilterField Truth(string name, Func<QueueListing, bool> value) => new(name, Equality, (string symbol, string text, out string error) =>
    {
        error = text is "yes" or "no" or "true" or "false" ? "" : $"{name} is yes or no";
        if (error.Length > 0) return null;
        var wanted = text is ("yes" or "true") == (symbol == "=");
        return QueueFilter.Of((m, _) => value(m) == wanted);
    });

    /// <summary>451, or with x for any digit: 4xx.</summary>
    static QueueFilter? Code(string symbol, string value, out string error)
    {
        var isCode = value.Length == 3 && value[0] is ('4' or '5') && value[1..].All(static c => char.IsAsciiDigit(c) || c == 'x');
        error = isCode ? "" : "a reply code is three digits that begin with 4 or 5; x stands for any digit, as in 45x";
        if (!isCode) return null;
        var wanted = symbol == "=";
        return QueueFilter.Of((m, _) => m.Delays.Any(d => ReplyCode.In(d.Text) is { } code && Fits(code, value)) == wanted);
    }

    static bool Fits(string code, string pattern)
    {
        for (var i = 0; i < code.Length; i++)
            if (pattern[i] != 'x' && pattern[i] != code[i]) return false;
        return true;
    }

    static QueueFilter? Age(string symbol, string value, out string error)
    {
        var known = Language.OptionValues.Time(value, out var limit);
        error = known ? "" : $"\"{value}\" is no time: as in 90s, 30m, 1h30m, 2d or 1w";
        return known ? QueueFilter.Of((m, now) => Compare(symbol, (now - m.ReceivedAt).Ticks, limit.Ticks)) : null;
    }

    static QueueFilter? Size(string symbol, string value, out string error)
    {
        var unit = value.Length == 0 ? 1 : AsciiCase.Upper(value[^1..]) switch { "K" => 1L << 10, "M" => 1L << 20, "G" => 1L << 30, _ => 1 };
        var digits = unit == 1 ? value : value[..^1];
        var known = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue / unit;
        error = known ? "" : $"\"{value}\" is no size: as in 500, 20K, 1M or 1G";
        return known ? QueueFilter.Of((m, _) => Compare(symbol, m.Size, number * unit)) : null;
    }

    static bool Compare(string symbol, long left, long right) => symbol switch
    {
        ">" => left > right, "<" => left < right, ">=" => left >= right, "<=" => left <= right, _ => left == right,
    };
}
