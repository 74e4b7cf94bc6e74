using System.Net;
using ScriptMta.Common;
using ScriptMta.Dns;

namespace ScriptMta.Expansion;

/// <summary>
/// Names and addresses of hosts for list items: /etc/hosts and the resolver, waiting on the calling thread for a bounded time. What is learnt of the
/// connected host is kept in the connection's facts.
/// </summary>
readonly struct HostAddresses(ExpansionContext context)
{
    /// <summary>Yes with the addresses, No when there is no such host, Defer when the DNS cannot say.</summary>
    public Match Of(string name, out IReadOnlyList<IPAddress> addresses)
    {
        addresses = HostsFile.OfMachine.Addresses(name);
        if (addresses.Count > 0) return Match.Yes;
        if (AsciiCase.Same(name.TrimEnd('.'), "localhost"))
        {
            addresses = [IPAddress.Loopback, IPAddress.IPv6Loopback]; // RFC 6761 6.3
            return Match.Yes;
        }
        var found = new List<IPAddress>();
        string? again = null;
        foreach (var type in (ReadOnlySpan<DnsType>)[DnsType.A, DnsType.AAAA])
            switch (Ask(name, type))
            {
                case DnsAnswer.Found answer: found.AddRange(answer.Of<AddressRecord>().Select(r => r.Address)); break;
                case DnsAnswer.Again failure: again = failure.Reason; break;
            }
        addresses = found;
        return found.Count > 0 ? Match.Yes : again is null ? Match.No : Match.Defer($"the IP address of host {name} cannot be looked up now: {again}");
    }

    /// <summary>The names that the address has and that have the address, the primary one first.</summary>
    public Match NamesOf(IPAddress address, out IReadOnlyList<string> names)
    {
        var connection = context.Connection;
        var connected = IpNetwork.TryAddress(connection.HostAddress, out var peer) && (peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer).Equals(address);
        names = connected && connection.HostName.Length > 0 ? [connection.HostName] : [];
        if (names.Count > 0) return Match.Yes;
        if (connected && connection.HostLookupFailed) return Match.No;
        var answer = Verified(address, out names, out var nameless);
        if (!connected) return answer;
        connection.HostLookupDeferred = answer.IsDefer;
        connection.HostLookupFailed = answer.Kind == MatchKind.No;
        if (answer.IsYes) connection.HostName = names[0];
        else if (nameless) NoteNameless(connection);
        return answer;
    }

    void NoteNameless(ConnectionFacts connection)
    {
        connection.HostLookupMessage = "failed to find host name from IP address";
        var log = context.Environment.Log;
        if (log.Options.Has("host_lookup_failed")) log.Main(context.Message.Id, $"no host name found for IP address {connection.HostAddress}");
    }

    /// <summary>The MX records of a domain; No when there are none.</summary>
    public MatchKind MailHosts(string domain, out IReadOnlyList<(int Preference, string Name)> hosts)
    {
        hosts = [];
        switch (Ask(domain, DnsType.MX))
        {
            case DnsAnswer.Again: return MatchKind.Defer;
            case DnsAnswer.Found found:
                hosts = [.. found.Of<MxRecord>().Where(r => !r.IsNull).Select(r => ((int)r.Preference, r.Exchange))];
                break;
        }
        return hosts.Count > 0 ? MatchKind.Yes : MatchKind.No;
    }

    /// <param name="nameless">There is no PTR record at all.</param>
    Match Verified(IPAddress address, out IReadOnlyList<string> names, out bool nameless)
    {
        nameless = false;
        var verified = new List<string>();
        names = verified;
        string? again = null;
        foreach (var source in context.Environment.HostLookupOrder)
        {
            if (source == HostNameSource.Dns) FromDns(address, verified, ref again, ref nameless);
            else verified.AddRange(HostsFile.OfMachine.Names(address).Select(AsciiCase.Lower));
            if (verified.Count > 0) return Match.Yes;
        }
        return again is null ? Match.No : Match.Defer($"the host name of {address} cannot be looked up now: {again}");
    }

    void FromDns(IPAddress address, List<string> verified, ref string? again, ref bool nameless)
    {
        switch (Ask(ReverseName.Of(address), DnsType.PTR))
        {
            case DnsAnswer.Again failure: again = failure.Reason; break;
            case DnsAnswer.Found found:
                foreach (var record in found.Of<NameRecord>())
                {
                    var forward = Of(record.Target, out var addresses);
                    if (forward.IsDefer) again = forward.Reason;
                    else if (addresses.Contains(address)) verified.Add(AsciiCase.Lower(record.Target));
                }
                break;
            default: nameless = true; break;
        }
    }

    DnsAnswer Ask(string name, DnsType type) => PatientDns.Ask(context, name, type);
}
