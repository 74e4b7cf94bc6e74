using System.Globalization;
using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Reception;

/// <summary>smtp_ratelimit_mail and smtp_ratelimit_rcpt: "threshold,first delay,factor,longest delay". Commands after the threshold wait, each longer than the one before.</summary>
/// <param name="Threshold">So many commands are free.</param>
/// <param name="First">Milliseconds.</param>
/// <param name="Longest">Milliseconds.</param>
sealed record SlowDown(int Threshold, double First, double Factor, double Longest)
{
    public static SlowDown? From(OptionReader main, string option)
    {
        if (main.Text(option) is not { } text) return null;
        if (Parse(text.Text) is { } parsed) return parsed;
        main.Problems.Error(main.PlaceOf(option), $"{main.Owner}: {option}: \"{text.Text}\" is not \"threshold,delay,factor,longest delay\", as in 2,0.5s,1.05,4m", $"malformed ratelimit data: {text.Text}");
        return null;
    }

    /// <summary>How long the command that is the count-th of its connection or message waits; zero when it is free.</summary>
    public TimeSpan DelayOf(int count) =>
        count <= Threshold ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Min(Longest, First * Math.Pow(Factor, count - Threshold - 1)));

    static SlowDown? Parse(string text)
    {
        var parts = text.Split(',');
        if (parts.Length != 4 || !int.TryParse(parts[0].TrimSpace(), NumberStyles.None, CultureInfo.InvariantCulture, out var threshold)) return null;
        if (Milliseconds(parts[1]) is not { } first || Milliseconds(parts[3]) is not { } longest) return null;
        return double.TryParse(parts[2].TrimSpace(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor) ? new(threshold, first, factor, longest) : null;
    }

    /// <summary>A time whose seconds may have a fraction, unlike Exim's others: 0.5s, 4m.</summary>
    static double? Milliseconds(string text)
    {
        text = text.TrimSpace();
        var unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, >= '0' and <= '9' => -1, _ => 0 };
        if (unit == 0) return null;
        var number = unit < 0 ? text : text[..^1];
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value * Math.Abs(unit) * 1000 : null;
    }
}
