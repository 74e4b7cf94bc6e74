using System.Globalization;
using System.Net;
using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Queue;

/// <summary>The keys of retry hints, as Exim's tools show them: R: for routing (and recipients that a host refused for now), T: for transports.</summary>
static class RetryKeys
{
    /// <summary>Not part of a key.</summary>
    public const int SmtpPort = 25;

    public static string RoutingDomain(MailAddress address) => "R:" + AsciiCase.Lower(address.Domain);
    public static string RoutingAddress(MailAddress address) => "R:" + Whole(address);
    /// <summary>address_retry_include_sender: the recipient waits for this sender only.</summary>
    public static string RoutingPair(MailAddress address, string sender) => $"{RoutingAddress(address)}:<{sender}>";
    /// <summary>Files and commands have times of their own.</summary>
    public static string Local(RoutedAddress address, bool withLocalPart) =>
        address.Kind != TargetKind.Address ? "T:" + address.Key : withLocalPart ? "T:" + Whole(address.Address) : "T:" + AsciiCase.Lower(address.Address.Domain);

    /// <param name="address">Null: retry_include_ip_address is off.</param>
    public static string Host(string name, IPAddress? address, int port) =>
        $"T:{AsciiCase.Lower(name)}{(address is null ? "" : $":{address}")}{(port == SmtpPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{port}"))}";

    public static string HostMessage(string hostKey, MessageId id) => $"{hostKey}:{id}";

    /// <summary>Local parts count without case, as routers see them.</summary>
    static string Whole(MailAddress address) => AsciiCase.Lower(address.LocalPart) + "@" + AsciiCase.Lower(address.Domain);
}
