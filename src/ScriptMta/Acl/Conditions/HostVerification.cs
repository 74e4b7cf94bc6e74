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
        if (connection.HostAddress.Length == 0 || connection.HeloVerified) return new(AclResult.Ok);
        return connection.HeloName.Length == 0 ? new(AclResult.Fail) : AskAsync(context, cancel);
    }

    /// <summary>The name is the address literal of the host, its verified name, or a name that has the host's address.</summary>
    static async ValueTask<AclResult> AskAsync(ExpansionContext context, CancellationToken cancel)
    {
        var connection = context.Connection;
        var name = connection.HeloName;
        var address = IPAddress.Parse(connection.HostAddress);
        if (name.StartsWith('[')) return Keep(connection, name.Trim('[', ']').Replace("IPv6:", "", StringComparison.OrdinalIgnoreCase) == connection.HostAddress);
        if (connection.HostName.Equals(name, StringComparison.OrdinalIgnoreCase)) return Keep(connection, true);
        var answer = await context.Environment.Dns.QueryAsync(name, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? DnsType.A : DnsType.AAAA, cancel).ConfigureAwait(false);
        return answer switch
        {
            DnsAnswer.Found found => Keep(connection, found.Of<AddressRecord>().Any(r => r.Address.Equals(address))),
            DnsAnswer.Again again => AclResult.Defer(again.Reason),
            _ => AclResult.Fail,
        };
    }

    static AclResult Keep(ConnectionFacts connection, bool verified)
    {
        connection.HeloVerified = verified;
        return AclResult.Of(verified);
    }

    public static async ValueTask<AclResult> ReverseLookup(AclRun run, VerifyRequest request, CancellationToken cancel)
    {
        var connection = run.Context.Connection;
        if (connection.HostAddress.Length == 0 || connection.HostName.Length > 0) return AclResult.Ok;
        return await HostNames.NoteAsync(run.Context, cancel).ConfigureAwait(false) switch
        {
            HostNameAnswer.Found => AclResult.Ok,
            HostNameAnswer.Again again => request.Has("defer_ok") ? AclResult.Ok : AclResult.Defer($"host lookup deferred for reverse lookup check: {again.Reason}"),
            _ => new(AclResultKind.Fail, null, "host lookup failed for reverse lookup check"),
        };
    }
}
