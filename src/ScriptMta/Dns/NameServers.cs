using System.Collections.Immutable;
using System.Net;

namespace ScriptMta.Dns;

/// <summary>Which servers to ask: the environment first (tests), then the main option dns_servers, then /etc/resolv.conf.</summary>
static class NameServers
{
    public const string EnvironmentVariable = "SCRIPTMTA_DNS";
    public const string SystemFile = "/etc/resolv.conf";
    const int Port = 53;

    /// <summary>resolv.conf(5) MAXNS: more servers would only make a dead network slower to notice.</summary>
    const int MaxServers = 3;

    /// <summary>Servers, separated by commas or white space: address, address:port or [IPv6 address]:port.</summary>
    public static bool TryParse(string list, out ImmutableArray<IPEndPoint> servers, out string error)
    {
        var found = ImmutableArray.CreateBuilder<IPEndPoint>();
        error = "";
        foreach (var word in list.Split([' ', '\t', ',', '\n'], StringSplitOptions.RemoveEmptyEntries))
            if (IPEndPoint.TryParse(word, out var server)) found.Add(server.Port == 0 ? new(server.Address, Port) : server);
            else error = $"\"{word}\" is not an address, address:port or [address]:port of a name server";
        if (found.Count == 0 && error.Length == 0) error = "no name server is given";
        servers = found.ToImmutable();
        return error.Length == 0;
    }

    /// <summary>The options in an resolv.conf text: nameserver, and timeout:, attempts: and trust-ad of options. Other lines do not concern us.</summary>
    public static ResolverOptions FromResolvConf(string text)
    {
        var servers = ImmutableArray.CreateBuilder<IPEndPoint>();
        var options = new ResolverOptions { Servers = [new(IPAddress.Loopback, Port)] }; // resolv.conf(5): without a server, this machine
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["nameserver", var server, ..] && servers.Count < MaxServers && IPAddress.TryParse(server, out var address)) servers.Add(new(address, Port));
            if (words is not ["options", ..]) continue;
            foreach (var word in words.Skip(1))
                if (word == "trust-ad") options = options with { TrustAd = true };
                else if (Number(word, "timeout:", 30) is { } timeout) options = options with { TryTimeout = TimeSpan.FromSeconds(timeout) };
                else if (Number(word, "attempts:", 5) is { } attempts) options = options with { Tries = attempts };
        }
        return servers.Count == 0 ? options : options with { Servers = servers.ToImmutable() };
    }

    /// <summary>resolv.conf(5) caps both silently.</summary>
    static int? Number(string word, string prefix, int cap) =>
        word.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(word.AsSpan(prefix.Length), out var number) ? Math.Clamp(number, 1, cap) : null;

    /// <summary>Options for this machine. An unreadable resolv.conf means this machine's own server, as for every resolver.</summary>
    public static bool TryLoad(string? dnsServersOption, Func<string, string?> environment, out ResolverOptions options, out string error)
    {
        options = FromResolvConf(File.Exists(SystemFile) ? File.ReadAllText(SystemFile) : "");
        error = "";
        var (list, source) = environment(EnvironmentVariable) is { Length: > 0 } variable ? (variable, EnvironmentVariable) : (dnsServersOption ?? "", "dns_servers");
        if (list.Length == 0) return true;
        if (TryParse(list, out var servers, out error))
        {
            options = options with { Servers = servers };
            return true;
        }
        error = $"{source}: {error}";
        return false;
    }
}
