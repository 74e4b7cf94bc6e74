using System.Net;
using ScriptMta.Dns;
using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>verify = helo and reverse_host_lookup (Exim 44.26). A local caller always passes.</summary>
static class HostVerification
{
    public static ValueTask<AclResult> Helo(AclRun run, VerifyRequest request, CancellationToken cancel) => HeloAsync(run.Context, cancel);

    /// <summary>Ok, Fail or Defer; also for helo_verify_hosts.</summary>
    public static ValueTask<AclResult> HeloAsync(ExpansionContext context, CancellationToken cancel)
    {
        var connection = context.Connection;
        if (connection.HeloName.Length == 0) return new(AclResult.Fail);
        return connection.HostAddress.Length == 0 || connection.HeloVerified ? new(AclResult.Ok) : AskAsync(context, cancel);
    }

    /// <summary>The name is the address literal of the host, one of its verified names, or a name that has the host's address.</summary>
    static async ValueTask<AclResult> AskAsync(ExpansionContext context, CancellationToken cancel)
    {
        var connection = context.Connection;
        var name = connection.HeloName;
        if (name.StartsWith('[')) return Keep(context, name.Trim('[', ']').Replace("IPv6:", "", StringComparison.OrdinalIgnoreCase) == connection.HostAddress);
        var known = connection.HostName;
        var names = !connection.HostLookupFailed && await HostNames.NoteAsync(context, cancel).ConfigureAwait(false) is HostNameAnswer.Found found ? found.Names : [known];
        // Log lines show the name from where it was asked for; this check is not that (as in Exim).
        connection.HostName = known;
        if (names.Contains(name, StringComparer.OrdinalIgnoreCase)) return Keep(context, true);
        var address = IPAddress.Parse(connection.HostAddress);
        var answer = await context.Environment.Dns.QueryAsync(name, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? DnsType.A : DnsType.AAAA, cancel).ConfigureAwait(false);
        return answer switch
        {
            DnsAnswer.Found records => Keep(context, records.Of<AddressRecord>().Any(r => r.Address.Equals(address))),
            DnsAnswer.Again again => AclResult.Defer(again.Reason),
            _ => AclResult.Fail,
        };
    }

    static AclResult Keep(ExpansionContext context, bool verified)
    {
        context.Connection.HeloVerified = verified;
        return AclResult.Of(verified);
    }

    public static async ValueTask<AclResult> ReverseLookup(AclRun run, VerifyRequest request, CancellationToken cancel)
    {
        var connection = run.Context.Connection;
        if (connection.HostAddress.Length == 0 || connection.HostName.Length > 0) return AclResult.Ok;
        if (connection.HostLookupFailed) return Unknown("host lookup failed", connection);
        return await HostNames.NoteAsync(run.Context, cancel).ConfigureAwait(false) switch
        {
            HostNameAnswer.Found => AclResult.Ok,
            HostNameAnswer.Again => request.Has("defer_ok") ? AclResult.Ok : AclResult.Defer("host lookup deferred for reverse lookup check"),
            _ => Unknown("host lookup failed for reverse lookup check", connection),
        };
    }

    static AclResult Unknown(string text, ConnectionFacts connection) =>
        new(AclResultKind.Fail, null, connection.HostLookupMessage.Length == 0 ? text : $"{text} ({connection.HostLookupMessage})");
}
