namespace ScriptMta.Spool;

/// <summary>Who owns a hint: keys of different tables never meet. The numbers are on disk, so they are never given to something else.</summary>
enum HintTable : byte
{
    Ratelimit = 1,
    RatelimitEvent = 2,
    Seen = 3,
    Callout = 4,
    /// <summary>Retry times of hosts, addresses and domains (Exim chapter 32).</summary>
    Retry = 5,
    /// <summary>Destinations that an administrator has suspended.</summary>
    Suspension = 8,
    /// <summary>Policies of MTA-STS by domain.</summary>
    StsPolicy = 20,
    /// <summary>Results of TLS with other servers, for the reports of the day (RFC 8460).</summary>
    TlsResult = 21,
}
