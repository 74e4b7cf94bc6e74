using System.Net;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>The items of host lists (Exim 10.11 to 10.19). The subject's text is the host's IP address, or empty when no host is involved.</summary>
static class HostPattern
{
    public static ListPattern Parse(string text)
    {
        if (text.Length == 0) return new NoHostPattern();
        if (text == "*") return new AnyHostPattern();
        if (text == "@[]") return new OwnAddressPattern();
        if (IpNetwork.TryParse(text, out var network)) return new NetworkPattern(network);
        if (text[0] is not ('^' or '*') && text.IndexOf(';') is var at and >= 0) return HostLookup.Parse(text[..at], text[(at + 1)..]);
        return text[0] is '^' or '*' ? new HostNamePattern(ListPatterns.LocalPart(text), text) : new HostAddressPattern(text);
    }

    /// <summary>False for the empty subject; an IPv4-mapped address is taken as IPv4.</summary>
    public static bool TryAddress(ListSubject subject, out IPAddress address)
    {
        if (!IpNetwork.TryAddress(Unscoped(subject.Text), out address)) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return true;
    }

    /// <summary>match_ip never looks names up, so an item that needs one ends the list, unless +ignore_unknown or +include_unknown stands before it.</summary>
    public static ItemResult NeedsName { get; } = ItemResult.Unknown("cannot match host name in match_ip list");

    /// <summary>The host's names as <see cref="HostAddresses.NamesOf"/> has them, or the one that a host which is called has.</summary>
    public static Match NamesOf(ListSubject subject, IPAddress address, out IReadOnlyList<string> names)
    {
        if (subject.HostName is not { } called) return new HostAddresses(subject.Context).NamesOf(address, out names);
        names = [called];
        subject.Walk.Varies = true; // what is kept of named lists is kept by the address alone
        return Match.Yes;
    }

    /// <summary>"fe80::1%eth0" is the address without its zone.</summary>
    static string Unscoped(string text) => text.IndexOf('%') is var zone and > 0 ? text[..zone] : text;

    /// <summary>Data of an address item: Exim has none for items of the list itself, but keeps the line of a file.</summary>
    public static ItemResult Plain => ItemResult.Yes(null);
}

/// <summary>An empty item: no remote host is involved.</summary>
sealed class NoHostPattern : ListPattern
{
    public override ItemResult Test(ListSubject subject) => subject.Text.Length == 0 ? HostPattern.Plain : ItemResult.No;
}

sealed class AnyHostPattern : ListPattern
{
    public override ItemResult Test(ListSubject subject) => HostPattern.Plain;
}

sealed class OwnAddressPattern : ListPattern
{
    public override ItemResult Test(ListSubject subject) =>
        HostPattern.TryAddress(subject, out var address) && OwnLiteralPattern.IsOwn(address, subject.Context.Environment) ? HostPattern.Plain : ItemResult.No;
}

sealed class NetworkPattern(IpNetwork network) : ListPattern
{
    public override TableKey? Key => new(TableKind.Network, "", network);

    public override ItemResult Test(ListSubject subject) =>
        HostPattern.TryAddress(subject, out var address) && network.Contains(address) ? HostPattern.Plain : ItemResult.No;
}

/// <summary>A host name, or "@": its addresses are looked up and compared.</summary>
sealed class HostAddressPattern(string name) : ListPattern
{
    public override ItemResult Test(ListSubject subject)
    {
        if (!HostPattern.TryAddress(subject, out var address)) return ItemResult.No;
        if (subject.IpOnly) return HostPattern.NeedsName;
        var wanted = name == "@" ? subject.Context.Environment.PrimaryHostname : name;
        var answer = new HostAddresses(subject.Context).Of(wanted, out var addresses);
        if (answer.Kind == MatchKind.No) HostLookupLog.NoAddress(subject.Context, wanted);
        return answer.Kind switch
        {
            MatchKind.Yes => addresses.Contains(address) ? HostPattern.Plain : ItemResult.No,
            MatchKind.No => ItemResult.Unknown($"failed to find IP address for {wanted}"),
            _ => ItemResult.Defer(answer.Reason ?? ""),
        };
    }
}

/// <summary>"*.domain" or "^…": the host's verified names are looked up and each is compared.</summary>
sealed class HostNamePattern(ListPattern pattern, string item) : ListPattern
{
    public override ItemResult Test(ListSubject subject)
    {
        if (!HostPattern.TryAddress(subject, out var address)) return ItemResult.No;
        if (subject.IpOnly) return HostPattern.NeedsName;
        var answer = HostPattern.NamesOf(subject, address, out var names);
        if (answer.Kind != MatchKind.Yes)
            return answer.IsDefer ? ItemResult.Defer(answer.Reason ?? "") : ItemResult.Unknown($"failed to find host name for {subject.Text}");
        foreach (var name in names)
        {
            var result = pattern.Test(subject.Within(Language.NamedListKind.Host, name, caseless: true));
            if (result.Outcome == ItemOutcome.Yes) return ItemResult.Yes(new Value(item, subject.ListTaint));
            if (result.Outcome != ItemOutcome.No) return result;
        }
        return ItemResult.No;
    }
}

/// <summary>"net-type;file", "net24-type;file": by address; "type;file": by name; "type;query": by itself. Host lists know no partial matching and no defaults.</summary>
sealed class HostLookup(string type, string rest, bool byAddress, int? bits) : ListPattern
{
    const string Prefix = "net";

    public static ListPattern Parse(string type, string rest)
    {
        if (!type.StartsWith(Prefix, StringComparison.Ordinal)) return new HostLookup(type, rest, false, null);
        var dash = type.IndexOf('-');
        if (dash == Prefix.Length) return new HostLookup(type[4..], rest, true, null);
        return dash > Prefix.Length && int.TryParse(type.AsSpan(Prefix.Length, dash - Prefix.Length), out var bits) && bits is >= 0 and <= 128
            ? new HostLookup(type[(dash + 1)..], rest, true, bits) : new HostLookup(type, rest, false, null);
    }

    public override ItemResult Test(ListSubject subject)
    {
        if (subject.IpOnly && subject.Text.Length == 0) return ItemResult.No;
        if (!byAddress && subject.IpOnly && type.StartsWith(Prefix, StringComparison.Ordinal)) return HostPattern.NeedsName;
        var search = LookupSearch.Parse(type, subject.Context.Environment.Lookups, out var error);
        if (search is null) return ItemResult.Defer(error);
        if (search.IsPartial || search.HasDefault) return ItemResult.Defer($"unknown lookup type \"{type}\"");
        var file = LookupSearch.SourceOfItem(rest, subject.ListTaint);
        if (search.IsQuery) return LookupPattern.Outcome(search.Find(Value.Empty, file, subject.Context).Result);
        if (!HostPattern.TryAddress(subject, out var address)) return ItemResult.No;
        if (!byAddress && !subject.IpOnly) return ByName(subject, search, file, address);
        var key = IpNetwork.Key(bits is { } masked ? IpNetwork.Mask(address, masked) : address, search.TypeName == "iplsearch" ? ':' : '.');
        return LookupPattern.Outcome(search.Find(Value.Tainted(bits is null ? key : $"{key}/{bits}"), file, subject.Context).Result);
    }

    static ItemResult ByName(ListSubject subject, LookupSearch search, Value file, IPAddress address)
    {
        var answer = HostPattern.NamesOf(subject, address, out var names);
        if (answer.Kind != MatchKind.Yes)
            return answer.IsDefer ? ItemResult.Defer(answer.Reason ?? "") : ItemResult.Unknown($"failed to find host name for {subject.Text}");
        foreach (var name in names)
        {
            var result = LookupPattern.Outcome(search.Find(Value.Tainted(name), file, subject.Context).Result);
            if (result.Outcome != ItemOutcome.No) return result;
        }
        return ItemResult.No;
    }
}
