using ScriptMta.Expansion;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>A host as the host lists of a transport see it. A list that cannot be decided throws <see cref="UndecidedException"/>: TLS or AUTH must not be left out because of a lookup that failed.</summary>
readonly struct CalledHost(PeerEndpoint endpoint, ExpansionContext context)
{
    public bool IsIn(RuleList? list, string option, bool otherwise = false)
    {
        if (list is null) return otherwise;
        var match = list.MatchCalled(endpoint.Name, endpoint.Address.ToString(), context).Match;
        return match.IsDefer ? throw new UndecidedException($"{option} cannot be decided for {endpoint}: {match.Reason}") : match.IsYes;
    }
}

/// <summary>Caught where a host is about to be called, which then is not.</summary>
sealed class UndecidedException(string message) : Exception(message);
