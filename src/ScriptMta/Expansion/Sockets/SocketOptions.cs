using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>The third argument of ${readsocket (Exim 11.5): a time, then name=value pairs. As in Exim, what is not known there is passed over.</summary>
readonly record struct SocketOptions(TimeSpan Timeout, bool ShutsDown, bool UsesTls, string ServerName, bool Caches)
{
    /// <summary>The answer ends after so many bytes as its first two say, and not with the connection; no rule can ask for it.</summary>
    public bool AnswerHasLength { get; init; }

    /// <summary>Exim's, also for a time that makes no sense.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    // No peer is waited for longer than Exim's own longest time-outs, and a timer cannot be set for years.
    static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);

    public static readonly SocketOptions Default = new(DefaultTimeout, ShutsDown: true, UsesTls: false, "", Caches: false);

    /// <param name="items">With the time first, or as "timeout=…" anywhere.</param>
    public static SocketOptions Parse(IEnumerable<string> items)
    {
        var options = Default;
        foreach (var item in items)
            options = item switch
            {
                _ when After(item, "timeout=") is { } time => options with { Timeout = Time(time) },
                _ when After(item, "shutdown=") is { } shutdown => options with { ShutsDown = shutdown != "no" },
                _ when After(item, "tls=") is { } tls => options with { UsesTls = tls != "no" },
                _ when After(item, "sni=") is { } name => options with { ServerName = name },
                _ when After(item, "cache=") is { } cache => options with { Caches = cache == "yes" },
                _ => options,
            };
        return options;
    }

    /// <summary>The list of an item's third argument.</summary>
    public static SocketOptions ParseList(string text)
    {
        var first = true;
        var items = new List<string>();
        foreach (var item in new ListText(text))
        {
            items.Add(first ? "timeout=" + item : item);
            first = false;
        }
        return Parse(items);
    }

    static string? After(string item, string name) => item.StartsWith(name, StringComparison.Ordinal) ? item[name.Length..] : null;

    static TimeSpan Time(string text) => OptionValues.Time(text, out var time) && time > TimeSpan.Zero ? time < LongestTimeout ? time : LongestTimeout : DefaultTimeout;
}
