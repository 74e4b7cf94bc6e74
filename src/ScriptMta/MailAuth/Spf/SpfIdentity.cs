using System.Net;

namespace ScriptMta.MailAuth;

/// <summary>Who is checked: the client's address, the sender with its domain, and the name of the greeting. An IPv4-mapped address counts as IPv4.</summary>
sealed record SpfIdentity
{
    /// <summary>RFC 7208 4.3: a sender without local part is the postmaster's.</summary>
    const string NoLocalPart = "postmaster";

    /// <param name="sender">An address, or a domain by itself.</param>
    public SpfIdentity(IPAddress client, string sender, string helo)
    {
        Client = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        var at = sender.LastIndexOf('@');
        LocalPart = at > 0 ? sender[..at] : NoLocalPart;
        Domain = sender[(at + 1)..];
        Helo = helo;
    }

    public IPAddress Client { get; }
    public string LocalPart { get; }
    public string Domain { get; }
    public string Helo { get; }

    public string Sender => $"{LocalPart}@{Domain}";
    public bool IsIPv4 => Client.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
}
