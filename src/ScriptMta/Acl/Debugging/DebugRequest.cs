using System.Globalization;

namespace ScriptMta.Acl;

/// <summary>The options of control = debug (Exim 44.22), in any order. What opts= chooses is left out: the trace is ours, and always whole.</summary>
sealed record DebugRequest
{
    /// <summary>A pretrigger buffer is memory that a rule asks for.</summary>
    const int LargestBuffer = 1 << 20;
    const int LongestTag = 100;

    public string Tag { get; private init; } = "";
    public bool IsStop { get; private init; }
    public bool IsKill { get; private init; }
    /// <summary>Bytes to keep until the trigger; 0 = write at once.</summary>
    public int Pretrigger { get; private init; }
    public bool TriggersNow { get; private init; }
    public bool TriggersOnPanic { get; private init; }

    /// <param name="options">What follows "debug": empty, or from its first slash.</param>
    public static DebugRequest Parse(string options)
    {
        var request = new DebugRequest();
        foreach (var option in options.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var value = option[(option.IndexOf('=', StringComparison.Ordinal) + 1)..];
            request = option[..^value.Length] switch
            {
                "tag=" => request with { Tag = Safe(value) },
                "pretrigger=" => request with { Pretrigger = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? Math.Min(size, LargestBuffer) : 0 },
                "trigger=" => request with { TriggersNow = value == "now", TriggersOnPanic = value == "paniclog" },
                "" when option == "stop" => request with { IsStop = true },
                "" when option == "kill" => request with { IsKill = true },
                _ => request,
            };
        }
        return request;
    }

    /// <summary>A part of a file name, which a peer's name or address may be in.</summary>
    static string Safe(string tag) => string.Concat(tag.Take(LongestTag).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '@' or ':' ? c : '_'));
}
