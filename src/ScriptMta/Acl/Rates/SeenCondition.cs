using System.Buffers.Binary;
using ScriptMta.Language;
using ScriptMta.Spool;

namespace ScriptMta.Acl;

/// <summary>
/// seen = [-]interval / options (Exim 44.38): whether the key was noted since that long ago, or, with the sign, before. What is not asked for again for a month is
/// forgotten, as exim_tidydb does.
/// </summary>
static class SeenCondition
{
    static readonly TimeSpan Refresh = TimeSpan.FromDays(10), Memory = TimeSpan.FromDays(30);

    sealed record Request(TimeSpan Interval, bool IsBefore, string Key)
    {
        public TimeSpan Refresh { get; init; } = SeenCondition.Refresh;
        public bool IsReadonly { get; init; }
        public bool IsWrite { get; init; }
    }

    public static AclStep Bind(AclPartSource source) => AclArgument.Expanded(source, static (run, value) =>
        Parse(value.Text, run.Context.Connection.HostAddress, out var error) is { } request
            ? AclResult.Of(Ask(run.Runner.Hints, request, run.Context.Environment.Clock.GetUtcNow().ToUnixTimeSeconds())) : AclResult.Error(error));

    static Request? Parse(string text, string host, out string error)
    {
        error = $"failed to parse '{text}'";
        var position = 0;
        if (!ListSyntax.TryNext(text, '/', ref position, out var item)) return null;
        var before = item.Text.StartsWith('-');
        if (!OptionValues.Time(before ? item.Text[1..] : item.Text, out var interval)) return null;
        var request = new Request(interval, before, host);
        while (ListSyntax.TryNext(text, '/', ref position, out item))
        {
            var option = item.Text;
            if (option == "readonly") request = request with { IsReadonly = true, IsWrite = false };
            else if (option == "write") request = request with { IsWrite = true, IsReadonly = false };
            else if (option.StartsWith("key=", StringComparison.Ordinal)) request = request with { Key = option["key=".Length..] };
            else if (!option.StartsWith("refresh=", StringComparison.Ordinal)) { error = $"unrecognised option '{option}' in '{text}'"; return null; }
            else if (OptionValues.Time(option["refresh=".Length..], out var refresh)) request = request with { Refresh = refresh };
            else return null;
        }
        return request;
    }

    /// <summary>Whole seconds, as Exim's hints have.</summary>
    static bool Ask(HintStore hints, Request request, long now)
    {
        using var hint = hints.Open(HintTable.Seen, request.Key);
        var isThere = hint.TryGet(out var value);
        var (noted, test) = (isThere ? BinaryPrimitives.ReadInt64LittleEndian(value) : 0, now - (long)request.Interval.TotalSeconds);
        var seen = isThere && (request.IsBefore ? noted <= test : noted > test);
        if (request.IsReadonly) return seen;
        if (request.IsWrite || !isThere || !request.IsBefore) Note(hint, now, now, request);
        else if (seen && now - noted > (long)request.Refresh.TotalSeconds) Note(hint, test, now, request);
        return seen;
    }

    static void Note(HintCell hint, long time, long now, Request request)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, time);
        var memory = Memory > 2 * request.Interval ? Memory : 2 * request.Interval;
        hint.Set(bytes, DateTimeOffset.FromUnixTimeSeconds(now) + memory + request.Refresh);
    }
}
