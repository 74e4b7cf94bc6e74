using System.Collections.Concurrent;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Transports;

namespace ScriptMta.Queue;

/// <summary>What one line of destination_limits says. Its pool is shared by all destinations that it is for.</summary>
/// <param name="Messages">For one connection; 0 = as the transport has it.</param>
sealed record DestinationLimit(DestinationPattern For, int Connections, int Messages, SourcePool? Sources, TurnPool Pool);

/// <summary>
/// The limits of one configuration: destination_limits, an addition of ours (a list of <c>domain-pattern [mx=host-pattern] connections=N messages=N rate=N/time interfaces=address*weight,…</c>;
/// the first line that fits counts), and max_parallel of the transports (Exim 24).
/// </summary>
sealed class DestinationLimits(IReadOnlyList<DestinationLimit> limits)
{
    public static readonly DestinationLimits None = new([]);

    readonly ConcurrentDictionary<string, TurnPool> _transports = new(StringComparer.Ordinal);

    public static DestinationLimits From(OptionReader main)
    {
        if (main.Text("destination_limits") is not { } text) return None;
        var limits = new List<DestinationLimit>();
        foreach (var item in ListSyntax.Split(text.Text).Where(i => i.Text.Length > 0))
        {
            var words = RuleWords.Of(item.Text, "mx", "connections", "messages", "rate", "interfaces");
            if (words.Plain.Count > 1 || (words.Plain.Count == 0 && words["mx"] is null)) words.Fail("one domain pattern is needed first (\"*\" for all), or mx=");
            var rate = words.Rate("rate");
            var (connections, messages) = (words.Count("connections"), words.Count("messages"));
            SourcePool? sources = null;
            if (words["interfaces"] is { } interfaces && (sources = SourcePool.Parse(interfaces, out var problem)) is null) words.Fail($"interfaces: {problem}");
            if (words.Problem is { } wrong) main.Error("destination_limits", $"\"{item.Text}\": {wrong}");
            else limits.Add(new(DestinationPattern.Of(words.Plain.FirstOrDefault(), words["mx"], text.At), connections, messages, sources, new(connections, rate.Count, rate.Period)));
        }
        return new(limits);
    }

    public bool IsEmpty => limits.Count == 0;

    public DestinationLimit? Find(DestinationName name, ExpansionContext context)
    {
        if (name.IsLocal) return null;
        foreach (var limit in limits)
            if (limit.For.Matches(name, context)) return limit;
        return null;
    }

    /// <summary>Null: the transport has no max_parallel, or it comes to nothing.</summary>
    public TurnPool? OfTransport(TransportOptions options, ExpansionContext context)
    {
        if (options.MaxParallel is not { } template) return null;
        if (template.Expand(context) is not { IsOk: true } expanded || OptionValues.Int(expanded.Text, out var most) is not ValueError.None) return null;
        var pool = _transports.GetOrAdd(options.Name, static _ => new(0));
        pool.Most = (int)Math.Clamp(most, 0, int.MaxValue);
        return pool;
    }
}
