using ScriptMta.Logging;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>What the log says of the server a delivery went to, in Exim's order (53.13).</summary>
readonly record struct LogWriting(LogOptions Log)
{
    /// <summary>"name [address]", with the ports and our own address where the log shows them: what stands behind H= on == and ** lines.</summary>
    public string Host(PeerEndpoint endpoint, SmtpPeer? peer = null) => HostPort(endpoint) + Interface(peer);

    /// <summary>With outgoing_port: what the "H=" lines of a host's own troubles show.</summary>
    public string HostPort(PeerEndpoint endpoint) => Log.Has("outgoing_port") ? $"{endpoint}:{endpoint.Port}" : endpoint.ToString();

    /// <summary>The fields of a "=>" line.</summary>
    public string Delivered(SmtpPeer peer, SmtpTransaction transaction, PeerReply final) =>
        $"H={HostPort(peer.Endpoint)}{(peer.Messages > 1 ? "*" : "")}{Interface(peer)}"
        + (peer.Proxy is { } proxy && Log.Has("proxy") ? $" PRX=[{proxy.Address}]:{proxy.Port}" : "")
        + SecurityFields.Of(peer, Log)
        + (transaction.UsedPipelining && Log.Has("pipelining") ? " L" : "")
        + (transaction.UsedChunking ? " K" : "")
        + (transaction.UsedPrdr ? " PRDR" : "")
        + Confirmation(final);

    /// <summary>smtp_confirmation; backslashes and line ends as Exim writes them.</summary>
    public string Confirmation(PeerReply reply) => Log.Has("smtp_confirmation") ? $" C=\"{reply.Text.Replace("\\", "\\\\").Replace("\n", "\\\\n")}\"" : "";

    string Interface(SmtpPeer? peer)
    {
        if (peer?.Local is not { } local || !Log.Has("incoming_interface") || !Log.Has("outgoing_interface")) return "";
        return $" I=[{local.Address}]" + (Log.Has("outgoing_port") ? $":{local.Port}" : "");
    }
}
