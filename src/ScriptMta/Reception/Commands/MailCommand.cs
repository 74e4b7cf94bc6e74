using ScriptMta.Acl;
using ScriptMta.Mail;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>MAIL FROM (RFC 5321 4.1.1.2): syntax and parameters, then limits, then the ACL.</summary>
static class MailCommand
{
    public static ValueTask<SessionStep> Run(SmtpSession session, string argument, CancellationToken cancel)
    {
        if (argument.Length == 0) return new(session.Limits.ProtocolError(Replies.MailNeedsAddress));
        session.ResetTransaction();
        if (TooManyMessages(session)) return new(SessionStep.Continue);
        if (PathParameters.Take(session, PathParameters.Mail, argument, out var wrong) is not { } path) return new(session.Limits.SyntaxError(wrong));
        var rules = session.AddressRules with { AllowNull = true };
        if (!AddressParser.TryParsePath(EarlyRewriting.Apply(session, path), rules, out var sender, out var error)) return new(session.Limits.SyntaxError(Replies.BadAddress(path, error)));
        if (TooBig(session, sender)) return new(SessionStep.Continue);
        if (!SpaceCheck.HasRoom(session.Rules, session.Services.Machine, session.Transaction.DeclaredSize)) return new(session.Say(Replies.NoSpace));
        session.Transaction.GivenSender = sender;
        if (!sender.IsNull && !sender.IsQualified)
        {
            if (!Unqualified.Allowed(session, session.Rules.Options.SenderUnqualifiedHosts))
            {
                session.Log.Unqualified("sender", $"<{sender}>");
                session.Replies.Write(Replies.UnqualifiedSender(path));
                return new(SessionStep.Continue);
            }
            sender = sender with { Domain = session.Rules.Environment.QualifyDomain };
        }
        if (session.Caller is { IsTrusted: false } caller && !sender.IsNull && !LocalEnvelope.MaySet(session.Rules, sender, session.Context)) sender = caller.Address(session.Rules.Environment);
        return CheckAsync(session, path, sender, cancel);
    }

    static async ValueTask<SessionStep> CheckAsync(SmtpSession session, string path, MailAddress sender, CancellationToken cancel)
    {
        await Pacing.BeforeMailAsync(session, cancel).ConfigureAwait(false);
        if (await AuthParameter.CheckAsync(session, cancel).ConfigureAwait(false) is { } refusal)
        {
            session.ResetTransaction();
            return session.Say(refusal);
        }
        session.Transaction.Sender = sender;
        var message = session.Context.Message;
        if (session.Transaction.IsSmtpUtf8) session.Context.Connection.Protocol = "utf8" + session.Context.Connection.Protocol;
        (message.IsSmtpUtf8, message.IsPrdr, message.DsnReturn, message.DsnEnvelopeId) =
            (session.Transaction.IsSmtpUtf8, session.Transaction.IsPrdr, session.Transaction.DsnReturn, session.Transaction.DsnEnvelopeId ?? "");
        message.RequiresTls = session.Transaction.RequiresTls;
        (message.Sender, message.Size, message.ReceivedAt) = (sender, session.Transaction.DeclaredSize, session.Rules.Environment.Clock.GetUtcNow());
        var verdict = await session.RunAclAsync(AclWhere.Mail, cancel).ConfigureAwait(false);
        if (!verdict.IsAccept)
        {
            session.Replies.Write(AclReplies.Refuse(session, AclWhere.Mail, path, verdict));
            session.ResetTransaction();
            return AclEnd.Of(session, verdict);
        }
        if (verdict.Kind == AclVerdictKind.Discard) (session.Transaction.DiscardedBy, session.Transaction.DiscardText) = ("MAIL", verdict.LogText);
        session.Limits.MailAccepted();
        session.State = SessionState.HasSender;
        var reply = AclReplies.Accept(session, verdict, Replies.SenderOk);
        session.Replies.Write(session.Transaction.IsPrdr ? reply with { Text = reply.Text + PrdrReplies.Requested } : reply);
        return SessionStep.Continue;
    }

    static bool TooManyMessages(SmtpSession session)
    {
        var most = session.Rules.Options.AcceptMaxPerConnection.Get(session.Context);
        if (most <= 0 || session.MailCommands <= most) return false;
        session.Log.Reject(null, $"rejected MAIL command {session.Log.HostAndIdent}: too many messages in one connection");
        session.Replies.Write(Replies.TooManyMessages);
        return true;
    }

    static bool TooBig(SmtpSession session, MailAddress sender)
    {
        var (limit, size) = (session.Rules.Options.MessageSizeLimit.Get(session.Context), session.Transaction.DeclaredSize);
        if (limit <= 0 || size <= limit) return false;
        if (session.Rules.Environment.Log.Options.Has("size_reject"))
            session.Log.Refused($"rejected MAIL FROM:<{sender}> {session.Log.HostAndIdent}: message too big: size={size} max={limit}");
        session.Replies.Write(Replies.SizeExceeded);
        return true;
    }
}
