using ScriptMta.Acl;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>DATA (RFC 5321 4.1.1.4): the predata ACL, the message, and the reply that says whose it is now.</summary>
static class DataCommand
{
    public static async ValueTask<SessionStep> Run(SmtpSession session, string argument, CancellationToken cancel)
    {
        var verdict = await session.RunAclAsync(AclWhere.PreData, cancel).ConfigureAwait(false);
        if (!verdict.IsAccept)
        {
            session.Replies.Write(AclReplies.Refuse(session, AclWhere.PreData, "", verdict));
            return AclEnd.Of(session, verdict);
        }
        session.Replies.Write(AclReplies.Accept(session, verdict, Replies.StartData));
        session.Limits.NewMessage();
        return await ReceiveAsync(session, cancel).ConfigureAwait(false);
    }

    static async ValueTask<SessionStep> ReceiveAsync(SmtpSession session, CancellationToken cancel)
    {
        var id = session.Services.Ids.Next();
        IDataDecoder decoder = session.IsLocal ? new LocalDecoder(dotEnds: true, unstuff: true) : new DotDecoder();
        var intake = new MessageIntake(session.Services.Spool, id, session.Rules.Options, session.Rules.Options.MessageSizeLimit.Get(session.Context)) { EndsWithDot = true };
        session.Intake = intake;
        try
        {
            if (!await session.ReadDataAsync(decoder, intake.TakeAsync, cancel).ConfigureAwait(false)) return SessionStep.Close;
            await intake.FinishAsync(decoder, cancel).ConfigureAwait(false);
            session.Context.Message.Id = id;
            var step = await SmtpAcceptance.AnswerAsync(session, intake, cancel).ConfigureAwait(false);
            session.ResetTransaction();
            return step;
        }
        finally
        {
            session.Intake = null;
            await intake.DisposeAsync().ConfigureAwait(false);
        }
    }
}
