using ScriptMta.Expansion;
using ScriptMta.Network;

namespace ScriptMta.Reception;

/// <summary>What is known of a peer before it says anything.</summary>
static class PeerFacts
{
    public static ConnectionFacts Of(Connection connection)
    {
        var facts = new ConnectionFacts();
        if (connection.Remote is { } remote) (facts.HostAddress, facts.HostPort) = (remote.Address.ToString(), remote.Port);
        if (connection.Local is { } local) (facts.InterfaceAddress, facts.InterfacePort) = (local.Address.ToString(), local.Port);
        return facts;
    }
}
