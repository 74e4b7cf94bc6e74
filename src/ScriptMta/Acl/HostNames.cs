using System.Net;
using ScriptMta.Dns;
using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>Looks the peer's verified name up and notes in the connection's facts what came of it (host_lookup, verify = reverse_host_lookup).</summary>
static class HostNames
{
    public static async ValueTask<HostNameAnswer> NoteAsync(ExpansionContext context, CancellationToken cancel)
    {
        var (environment, peer) = (context.Environment, context.Connection);
        var resolver = new HostResolver(environment.Dns, Dns.HostsFile.OfMachine, environment.Random);
        var answer = await resolver.NamesOfAsync(IPAddress.Parse(peer.HostAddress), cancel).ConfigureAwait(false);
        (peer.HostName, peer.HostLookupFailed, peer.HostLookupDeferred) = answer switch
        {
            HostNameAnswer.Found found => (found.Names[0], false, false),
            HostNameAnswer.Again => ("", false, true),
            _ => ("", true, false),
        };
        if (answer is HostNameAnswer.None none) Note(context, none.Reason);
        return answer;
    }

    /// <summary>The log is told when there is no name at all; a name that does not lead back is told with what comes of it.</summary>
    static void Note(ExpansionContext context, string reason)
    {
        var (log, nameless) = (context.Environment.Log, reason.StartsWith("no host name found", StringComparison.Ordinal));
        context.Connection.HostLookupMessage = nameless ? "failed to find host name from IP address" : reason;
        if (nameless && log.Options.Has("host_lookup_failed")) log.Main(context.Message.Id, reason);
    }
}
