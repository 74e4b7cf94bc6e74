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
    public bool KeepAlive { get; init; } = true;
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
}

/// <summary>One address of a host. Name is the host's name, or the address where it has none.</summary>
sealed record PeerEndpoint(string Name, IPAddress Address, int Port)
{
    /// <summary>"name [address]" as in H= of the log.</summary>
    public override string ToString() => $"{Name} [{Address}]";
}
