using ScriptMta.Common;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>RET and ENVID of MAIL, NOTIFY and ORCPT of RCPT (RFC 3461 4), as far as Exim checks them: addresses and ids stay the text that came.</summary>
static class DsnParameters
{
    public static Reply? Ret(SmtpSession session, string value)
    {
        if (!IsOffered(session)) return null;
        if (session.Transaction.DsnReturn.Length > 0) return DsnReplies.RetTwice;
        var ret = value.UpperAscii();
        if (ret is not ("FULL" or "HDRS")) return DsnReplies.BadRet;
        session.Transaction.DsnReturn = ret;
        return null;
    }

    public static Reply? EnvId(SmtpSession session, string value)
    {
        if (!IsOffered(session)) return null;
        if (session.Transaction.DsnEnvelopeId is not null) return DsnReplies.EnvIdTwice;
        session.Transaction.DsnEnvelopeId = value;
        return null;
    }

    public static Reply? Notify(SmtpSession session, string value)
    {
        if (session.Transaction.RecipientNotify is not null) return DsnReplies.NotifyTwice;
        var notify = value.UpperAscii();
        if (!IsNotify(notify)) return DsnReplies.BadNotify;
        session.Transaction.RecipientNotify = notify;
        return null;
    }

    public static Reply? OriginalRecipient(SmtpSession session, string value)
    {
        if (session.Transaction.RecipientOriginal is not null) return DsnReplies.OrcptTwice;
        session.Transaction.RecipientOriginal = value;
        return null;
    }

    static bool IsOffered(SmtpSession session) => (session.Offered & Extensions.Dsn) != 0;

    /// <summary>RFC 3461 4.1: NEVER stands alone.</summary>
    static bool IsNotify(string text) => text == "NEVER" || text.Split(',').All(word => word is "SUCCESS" or "FAILURE" or "DELAY");
}
