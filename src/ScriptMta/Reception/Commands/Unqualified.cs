using ScriptMta.Expansion;

namespace ScriptMta.Reception;

/// <summary>Addresses without a domain are for local programs and for hosts that the rules list (sender_ and recipient_unqualified_hosts).</summary>
static class Unqualified
{
    public static bool Allowed(SmtpSession session, RuleList? hosts) =>
        session.IsLocal || session.PeerIsIn(hosts);
}
