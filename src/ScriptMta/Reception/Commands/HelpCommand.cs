using ScriptMta.Acl;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>HELP (RFC 5321 4.1.1.8): the commands, in Exim's order; those that need an ACL only where there is one.</summary>
static class HelpCommand
{
    static readonly (string Verb, Func<SmtpSession, bool> IsShown)[] Rows =
    [
        ("AUTH", Always), ("STARTTLS", ExtensionTable.OffersTls), ("HELO", static s => !s.IsLmtp), ("EHLO", static s => !s.IsLmtp), ("LHLO", static s => s.IsLmtp), ("MAIL", Always), ("RCPT", Always), ("DATA", Always), ("BDAT", Always),
        ("NOOP", Always), ("QUIT", Always), ("RSET", Always), ("HELP", Always), ("ETRN", With(AclWhere.Etrn)), ("EXPN", With(AclWhere.Expn)), ("VRFY", With(AclWhere.Vrfy)),
    ];

    public static ValueTask<SessionStep> Run(SmtpSession session, string argument, CancellationToken cancel)
    {
        session.Replies.Write(Replies.Help(string.Join(' ', Rows.Where(r => r.IsShown(session)).Select(r => r.Verb))));
        return new(SessionStep.Continue);
    }

    static bool Always(SmtpSession session) => true;

    static Func<SmtpSession, bool> With(AclWhere where) => session => session.Rules.Acls.Set.Option(where) is not null;
}
