using System.Globalization;
using ScriptMta.Language;
using ScriptMta.Logging;

namespace ScriptMta.Reception;

/// <summary>How long something took, as log lines say it: 1m5s; with the selector millisec, 0.250s for what took less than five seconds.</summary>
static class ElapsedText
{
    static readonly TimeSpan Short = TimeSpan.FromSeconds(5);

    public static string Of(TimeSpan time, LogOptions options)
    {
        if (time < TimeSpan.Zero) time = TimeSpan.Zero;
        return options.Millisecond && time < Short ? string.Create(CultureInfo.InvariantCulture, $"{time.Seconds}.{time.Milliseconds:D3}s") : OptionValues.FormatTime(time);
    }
}
