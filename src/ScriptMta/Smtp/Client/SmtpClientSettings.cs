using System.Net;

namespace ScriptMta.Smtp;

/// <summary>How one transport talks to servers. Time limits are Exim's defaults (chapter 30): each is for one wait, not for the conversation.</summary>
sealed record SmtpClientSettings
{
    /// <summary>What EHLO says.</summary>
    public required string HeloName { get; init; }
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromMinutes(5);
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(5);
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(5);
    public TimeSpan FinalTimeout { get; init; } = TimeSpan.FromMinutes(10);
    public bool AvoidEsmtp { get; init; }
    public bool AvoidPipelining { get; init; }
    /// <summary>BDAT in the place of DATA where the server offers it (hosts_try_chunking).</summary>
    public bool TryChunking { get; init; }
    /// <summary>A verdict for each recipient where the server offers it (hosts_try_prdr).</summary>
    public bool TryPrdr { get; init; }
    /// <summary>LHLO, and one reply for each recipient after the content (RFC 2033).</summary>
    public bool IsLmtp { get; init; }
    /// <summary>LMTP: RCPT says IGNOREQUOTA where the server offers it.</summary>
    public bool IgnoreQuota { get; init; }
    /// <summary>One delivery at a time to the host (serialize_hosts).</summary>
    public bool IsSerialized { get; init; }
    public bool KeepAlive { get; init; } = true;
    /// <summary>What the packets' TOS or traffic class field says: six bits; null = the system's choice.</summary>
    public int? Dscp { get; init; }
    /// <summary>The local address to call from; null = the system's choice.</summary>
    public IPAddress? Interface { get; init; }
    /// <summary>How the TCP connection is made; null = directly.</summary>
    public PeerConnecting? Connect { get; init; }
    /// <summary>TLS before the banner (protocol = smtps, RFC 8314 3.3).</summary>
    public OpeningStep? SecureOnConnect { get; init; }
    /// <summary>After EHLO: STARTTLS and EHLO again where server and policy want it (RFC 3207).</summary>
    public OpeningStep? StartTls { get; init; }
    /// <summary>AUTH where server and policy want it (RFC 4954).</summary>
    public OpeningStep? Authenticate { get; init; }
    /// <summary>What an open connection must agree in to serve another message: demands on TLS, and as whom we authenticate.</summary>
    public string Security { get; init; } = "";
    /// <summary>A connection with TLS is not used for a second message.</summary>
    public bool EndsAfterTls { get; init; }
    /// <summary>The server is not called, and why; null = it is.</summary>
    public PeerTrouble? Refusal { get; init; }
    /// <summary>Hears what the first call came to.</summary>
    public Action<DialResult>? Told { get; init; }
    /// <summary>After TLS has failed: the settings for another call in clear, or null where that must not be (Exim's tls_tempfail_tryclear).</summary>
    public Func<PeerTrouble, SmtpClientSettings?>? InClear { get; init; }
}

/// <summary>One address of a host. Name is the host's name, or the address where it has none.</summary>
sealed record PeerEndpoint(string Name, IPAddress Address, int Port)
{
    /// <summary>"name [address]" as in H= of the log.</summary>
    public override string ToString() => $"{Name} [{Address}]";
}
