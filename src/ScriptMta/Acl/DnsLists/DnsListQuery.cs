using System.Net;
using ScriptMta.Dns;

namespace ScriptMta.Acl;

/// <summary>What a list that does not answer counts as: +exclude_unknown, +include_unknown, +defer_unknown.</summary>
enum DnsListUnknown { Exclude, Include, Defer }

/// <summary>What a DNS list says of a key.</summary>
abstract record DnsListAnswer
{
    DnsListAnswer() { }

    /// <summary>Value: its addresses, with commas between them. Text: what its TXT record says. Both are empty where the list did not answer and counts as "yes".</summary>
    public sealed record Listed(string Value, string Text) : DnsListAnswer;
    public sealed record No : DnsListAnswer;
    public sealed record Unknown : DnsListAnswer;

    public static readonly DnsListAnswer NotListed = new No();
}

/// <summary>The lookups for one key of one list: addresses, then (where they match) the text.</summary>
static class DnsListQuery
{
    public static async ValueTask<DnsListAnswer> AskAsync(AclRun run, DnsListItem list, string key, DnsListUnknown unknown, CancellationToken cancel)
    {
        if (list.Merged is not null)
        {
            var merged = await AddressesAsync(run, key, list.Merged, list.Filter, unknown, cancel).ConfigureAwait(false);
            if (merged is not DnsListAnswer.Listed { Value.Length: > 0 }) return merged;
        }
        var answer = await AddressesAsync(run, key, list.Domain, list.Merged is null ? list.Filter : null, unknown, cancel).ConfigureAwait(false);
        return answer is DnsListAnswer.Listed { Value.Length: > 0 } listed
            ? listed with { Text = await TextAsync(run, DnsListItem.Name(key, list.Domain), cancel).ConfigureAwait(false) } : answer;
    }

    static async ValueTask<DnsListAnswer> AddressesAsync(AclRun run, string key, string domain, DnsListFilter? filter, DnsListUnknown unknown, CancellationToken cancel)
    {
        var name = DnsListItem.Name(key, domain);
        var answer = DnsName.LooksLikeHost(name) ? await run.Session.DnsListFailures.AskAsync(run.Context.Environment, name, cancel).ConfigureAwait(false) : new DnsAnswer.NoSuchName();
        switch (answer)
        {
            case DnsAnswer.Found found:
                var addresses = found.Of<AddressRecord>().Select(r => r.Address).ToList();
                run.Context.Trace?.Add("dns", Common.SourceLocation.BuiltIn("dnslists"), name, string.Join(", ", addresses));
                return (filter is null ? IsListed(run, key, domain, addresses) : filter.Matches(addresses)) ? new DnsListAnswer.Listed(string.Join(", ", addresses), "") : DnsListAnswer.NotListed;
            case DnsAnswer.Again:
                var log = run.Context.Environment.Log;
                var assumed = unknown switch { DnsListUnknown.Include => "assumed in list", DnsListUnknown.Defer => "returned DEFER", _ => "assumed not in list" };
                if (log.Options.Has("dnslist_defer")) log.Main(run.Context.Message.Id, $"DNS list lookup defer (probably timeout) for {name}: {assumed}");
                return unknown switch { DnsListUnknown.Include => new DnsListAnswer.Listed("", ""), DnsListUnknown.Defer => new DnsListAnswer.Unknown(), _ => DnsListAnswer.NotListed };
            default:
                run.Context.Trace?.Add("dns", Common.SourceLocation.BuiltIn("dnslists"), name, "not there");
                return DnsListAnswer.NotListed;
        }
    }

    /// <summary>A list whose operator has lost the domain gives any address (44.31).</summary>
    static bool IsListed(AclRun run, string key, string domain, List<IPAddress> addresses)
    {
        var listed = false;
        foreach (var address in addresses)
            if (IPAddress.IsLoopback(address)) listed = true;
            else run.Context.Environment.Log.Main(run.Context.Message.Id, $"DNS list lookup for {key} at {domain} returned {address}; not in 127.0/8 and discarded");
        return listed;
    }

    /// <summary>The first string of the first record; empty where there is none, or no answer.</summary>
    static async ValueTask<string> TextAsync(AclRun run, string name, CancellationToken cancel) =>
        await run.Context.Environment.Dns.QueryAsync(name.TrimEnd('.'), DnsType.TXT, cancel).ConfigureAwait(false) is DnsAnswer.Found found
            ? found.Of<TextRecord>().FirstOrDefault()?.Texts.FirstOrDefault() ?? "" : "";
}
