using System.Globalization;
using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Queue;

/// <summary>One item of destination_limits or destination_backoff: words, of which those of the form name=value are settings. A value in double quotes may hold blanks; within it "\" takes the next character as it is.</summary>
sealed class RuleWords
{
    readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);

    /// <summary>Words without "=".</summary>
    public List<string> Plain { get; } = [];
    public string? Problem { get; private set; }

    public static RuleWords Of(string item, params ReadOnlySpan<string> known)
    {
        var words = new RuleWords();
        for (var at = 0; words.Problem is null && words.Next(item, ref at, known);) { }
        return words;
    }

    public string? this[string name] => _settings.GetValueOrDefault(name);

    public int Count(string name)
    {
        if (this[name] is not { } text) return 0;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0) return count;
        Problem ??= $"{name}={text}: a number from 1 is needed";
        return 0;
    }

    public TimeSpan Duration(string name)
    {
        if (this[name] is not { } text) return TimeSpan.Zero;
        if (OptionValues.Time(text, out var time) && time > TimeSpan.Zero) return time;
        Problem ??= $"{name}={text}: a time such as 10m is needed";
        return TimeSpan.Zero;
    }

    /// <summary>N/time.</summary>
    public (int Count, TimeSpan Period) Rate(string name)
    {
        if (this[name] is not { } text) return default;
        var slash = text.IndexOf('/');
        if (slash > 0 && int.TryParse(text.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            && OptionValues.Time(text[(slash + 1)..], out var period) && period > TimeSpan.Zero) return (count, period);
        Problem ??= $"{name}={text}: a number and a time such as 100/1m are needed";
        return default;
    }

    public void Fail(string problem) => Problem ??= problem;

    bool Next(string item, ref int at, ReadOnlySpan<string> known)
    {
        while (at < item.Length && AsciiSpace.Is(item[at])) at++;
        if (at == item.Length) return false;
        var start = at;
        while (at < item.Length && item[at] != '=' && !AsciiSpace.Is(item[at])) at++;
        var name = item[start..at];
        if (at == item.Length || item[at] != '=') Plain.Add(name);
        else if (known.IndexOf(name) < 0) Fail($"unknown setting \"{name}\"");
        else if (!_settings.TryAdd(name, Value(item, ref at))) Fail($"{name} is set twice");
        return true;
    }

    static string Value(string item, ref int at)
    {
        var value = new System.Text.StringBuilder();
        var quoted = ++at < item.Length && item[at] == '"';
        if (quoted) at++;
        for (; at < item.Length && (quoted ? item[at] != '"' : !AsciiSpace.Is(item[at])); at++)
            value.Append(quoted && item[at] == '\\' && at + 1 < item.Length ? item[++at] : item[at]);
        if (quoted && at < item.Length) at++;
        return value.ToString();
    }
}
