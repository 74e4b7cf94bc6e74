using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Reception;

/// <summary>The recipient as the rules see it: without quotes, in lower case, and after percent_hack_domains.</summary>
static class RecipientFacts
{
    /// <summary>Null when it is set; else why nobody can say what the address means.</summary>
    public static AclVerdict? Set(SmtpSession session, MailAddress recipient)
    {
        var hacked = PercentHack.Apply(session.Rules.Router.Dependencies, recipient, session.Context, out var meant);
        if (hacked.IsDefer) return new(AclVerdictKind.Defer, null, hacked.Reason);
        var local = MailAddress.Unquoted(meant.LocalPart);
        session.Context.Address = new() { LocalPart = local.LowerAscii(), Domain = meant.Domain.LowerAscii() };
        (session.Acl.Recipient, session.Acl.RecipientLocalPart) = (meant, local);
        return null;
    }
}
