using System.Globalization;
using ScriptMta.Language;

namespace ScriptMta.Acl;

/// <summary>One item of spamd_address: a place, then options (Exim 45.2).</summary>
sealed record SpamServer(ScannerPlace Place)
{
    /// <summary>Exim's.</summary>
    const int Most = 32;
    static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(2);

    /// <summary>Higher is tried first.</summary>
    public int Priority { get; init; } = 1;
    public int Weight { get; init; } = 1;
    /// <summary>For all of the talk.</summary>
    public TimeSpan Limit { get; init; } = DefaultLimit;
    public bool IsRspamd { get; init; }
    /// <summary>Time of day from and to which it may be asked.</summary>
    public (TimeSpan From, TimeSpan To)? Hours { get; init; }

    /// <param name="warn">Exim's words for what is left out.</param>
    public static List<SpamServer> ParseList(string text, Action<string> warn)
    {
        var servers = new List<SpamServer>();
        foreach (var item in ListSyntax.Split(text))
            if (item.Text.Length > 0 && Parse(item.Text, warn) is { } server && servers.Count < Most) servers.Add(server);
        return servers;
    }

    public bool IsOpen(TimeSpan timeOfDay) => Hours is not { } hours || (timeOfDay >= hours.From && timeOfDay <= hours.To);

    static SpamServer? Parse(string text, Action<string> warn)
    {
        var words = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var used = text.StartsWith('/') ? 1 : 2;
        int first = 0, last = 0;
        if (words.Length < used || (used == 2 && !ScannerPlace.TryPorts(words[1], out first, out last)))
        {
            warn($"warning - invalid spamd address: '{text}'");
            return null;
        }
        var server = new SpamServer(new ScannerPlace(used == 1 ? words[0] : null, words[0], first, last));
        foreach (var option in words.Skip(used))
            if (server.With(option) is { } changed) server = changed;
            else warn(option.StartsWith("time=", StringComparison.Ordinal) ? $"warning - invalid spamd time value: '{option["time=".Length..]}'" : $"warning - invalid spamd parameter: '{option}'");
        return server;
    }

    SpamServer? With(string option)
    {
        var equals = option.IndexOf('=');
        var (name, value) = equals < 0 ? (option, "") : (option[..equals], option[(equals + 1)..]);
        return name switch
        {
            "pri" when TryNumber(value, out var priority) => this with { Priority = priority },
            "weight" when TryNumber(value, out var weight) => this with { Weight = weight },
            "time" when TryHours(value, out var hours) => this with { Hours = hours },
            "retry" when OptionValues.Time(value, out var retry) => this with { Place = Place with { Retry = retry } },
            "tmo" when OptionValues.Time(value, out var limit) && limit > TimeSpan.Zero => this with { Limit = limit },
            "variant" when value == "rspamd" => this with { IsRspamd = true },
            _ => null,
        };
    }

    static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    static bool TryHours(string text, out (TimeSpan, TimeSpan) hours)
    {
        var dash = text.IndexOf('-');
        TimeSpan from = default, to = default;
        var good = dash > 0 && TryTime(text[..dash], out from) && TryTime(text[(dash + 1)..], out to);
        hours = (from, to);
        return good;
    }

    /// <summary>hour.minute.second, of which the last ones may be missing.</summary>
    static bool TryTime(string text, out TimeSpan time)
    {
        var parts = text.Split('.');
        var numbers = new int[3];
        time = default;
        if (parts.Length > 3) return false;
        for (var i = 0; i < parts.Length; i++)
            if (!TryNumber(parts[i], out numbers[i])) return false;
        time = new(numbers[0], numbers[1], numbers[2]);
        return numbers[0] <= 24 && numbers[1] < 60 && numbers[2] < 60;
    }
}
