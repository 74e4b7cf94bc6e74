using System.Collections.Immutable;
using System.Net;

namespace ScriptMta.Dns;

/// <summary>A host to send to. Preference is the MX preference, or null where no MX record led here. Port is set by SRV. Addresses are in the order to try. Authenticated: the name and the addresses are.</summary>
sealed record MailHost(string Name, int? Preference, ImmutableArray<IPAddress> Addresses, bool Authenticated = false, int? Port = null);

/// <summary>How a domain's hosts were looked for (RFC 5321 5.1). Reasons are for the log.</summary>
abstract record MailHostAnswer
{
    MailHostAnswer() { }

    /// <summary>Hosts in the order to try: by preference, at random within one. Never empty. FromMx is false for the A/AAAA fallback. Domain is the canonical name.</summary>
    public sealed record Found(ImmutableArray<MailHost> Hosts, bool FromMx, string Domain, bool Authenticated) : MailHostAnswer;

    /// <summary>RFC 7505: the domain says that it takes no mail.</summary>
    public sealed record NullMx : MailHostAnswer;

    public sealed record NoSuchDomain : MailHostAnswer;

    /// <summary>The domain exists, but nothing in it leads to an address (no MX and no address, or MX records whose hosts do not exist).</summary>
    public sealed record NoHost(string Reason) : MailHostAnswer;

    public sealed record Again(string Reason) : MailHostAnswer;
}

/// <summary>The addresses of one name.</summary>
abstract record AddressAnswer
{
    AddressAnswer() { }

    /// <summary>Never empty. Name is the canonical name.</summary>
    public sealed record Found(ImmutableArray<IPAddress> Addresses, string Name, bool Authenticated) : AddressAnswer;

    /// <summary>No such name, or a name without addresses.</summary>
    public sealed record None : AddressAnswer;

    public sealed record Again(string Reason) : AddressAnswer;
}

/// <summary>The names of one address (PTR), only those whose own addresses contain it.</summary>
abstract record HostNameAnswer
{
    HostNameAnswer() { }

    /// <summary>Never empty; the first is the primary name, lower case.</summary>
    public sealed record Found(ImmutableArray<string> Names, bool Authenticated) : HostNameAnswer;

    /// <summary>No PTR record, or none whose name leads back to the address; Reason says which, in Exim's words.</summary>
    public sealed record None(string Reason) : HostNameAnswer;

    public sealed record Again(string Reason) : HostNameAnswer;
}
