using System.Runtime.CompilerServices;

namespace ScriptMta.Expansion;

/// <summary>
/// Answers that cache=yes keeps. Exim keeps them for the life of a process, which is a connection or a delivery; here they live as long as the facts of the connection. A request
/// without cache=yes drops what is kept of the same place and request.
/// </summary>
static class SocketCache
{
    // A rule that makes ever new requests must not grow the connection without end; all are dropped when there are so many.
    const int Limit = 256;

    static readonly ConditionalWeakTable<ConnectionFacts, Dictionary<Key, string>> Known = [];

    readonly record struct Key(string Place, string Request, SocketOptions Options);

    public static SocketAnswer Ask(string place, string request, SocketOptions options, ExpansionContext context)
    {
        var kept = Known.GetOrCreateValue(context.Connection);
        lock (kept)
        {
            if (!options.Caches)
                foreach (var key in kept.Keys.Where(key => key.Place == place && key.Request == request).ToList()) kept.Remove(key);
            else if (kept.TryGetValue(new(place, request, options), out var known)) return new(known, null);
        }
        var answer = SocketExchange.Ask(place, request, options, context);
        if (answer.Error is not null || !options.Caches) return answer;
        lock (kept)
        {
            if (kept.Count >= Limit) kept.Clear();
            kept[new(place, request, options)] = answer.Text;
        }
        return answer;
    }
}
