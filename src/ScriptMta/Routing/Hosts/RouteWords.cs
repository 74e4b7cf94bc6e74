using ScriptMta.Common;
using ScriptMta.Dns;

namespace ScriptMta.Routing;

/// <summary>The options of one routing rule (Exim 20.7). ByDns: only the DNS is asked for addresses.</summary>
sealed record RouteWords(bool Randomize, bool ByDns, AddressOrder Order, string? Transport)
{
    /// <summary>Null, and the rest of the text from the first word that is neither an option nor a transport.</summary>
    public static RouteWords? Read(string text, bool randomize, RouterVisit visit, out string unknown)
    {
        unknown = "";
        var words = new RouteWords(randomize, ByDns: false, visit.Dependencies.AddressOrder, Transport: null);
        for (var rest = text.TrimSpace(); rest.Length > 0;)
        {
            var end = rest.AsSpan().IndexOfAny(" \t\n");
            var word = end < 0 ? rest : rest[..end];
            if (words.With(word, visit) is not { } next) { unknown = rest; return null; }
            words = next;
            rest = end < 0 ? "" : rest[end..].TrimSpaceAtStart();
        }
        return words;
    }

    RouteWords? With(string word, RouterVisit visit) => word switch
    {
        "randomize" => this with { Randomize = true },
        "no_randomize" => this with { Randomize = false },
        "byname" => this with { ByDns = false },
        "bydns" => this with { ByDns = true },
        "ipv4_only" => this with { Order = AddressOrder.IPv4Only },
        "ipv4_prefer" => this with { Order = AddressOrder.IPv4First },
        _ => visit.Dependencies.Transports.ContainsKey(word) ? this with { Transport = word } : null,
    };
}
