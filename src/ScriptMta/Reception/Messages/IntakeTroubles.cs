using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Logging;
using ScriptMta.Mail;
using ScriptMta.Smtp;
using ScriptMta.Spool;

namespace ScriptMta.Reception;

/// <summary>What may be wrong with a message before any rule looks at it, with the reply and the log line of each.</summary>
static class IntakeTroubles
{
    public static AcceptanceOutcome.Refused? Find(MessageIntake intake, ExpansionContext context, MailAddress sender)
    {
        var options = context.Environment.Log.Options;
        var who = $"from <{sender}> {ReceptionLog.HostAndIdent(context, options)}".TrimSpaceAtEnd();
        if (intake.HeaderTrouble == HeaderTrouble.SectionTooLong)
            return new(Replies.HeaderTooLong, $"ridiculously long message header received from {Peer(context)} (more than {intake.MaxHeaderSize} characters): message abandoned") { HasId = false };
        if (intake.HeaderTrouble == HeaderTrouble.LineTooLong)
            return new(Replies.HeaderLineTooLong, $"overlong message header line received from {Peer(context)} (more than {intake.MaxHeaderLineSize} characters): message abandoned") { HasId = false };
        if (intake.IsTooBig) return new(Replies.MessageTooBig, TooBig(intake, who, options));
        if (intake.IsMalformed) return new(Replies.BadMessageLineEnds, $"rejected {who}: bare CR or LF in message");
        return intake.SpoolTrouble is { } error ? OfSpool(error) : null;
    }

    public static AcceptanceOutcome.Refused OfSpool(SpoolException error) =>
        new(error.Fault == SpoolFault.DiskFull ? Replies.SpoolFull : Replies.SpoolFailed, $"message not stored: {error.Message}");

    static string Peer(ExpansionContext context) => context.Connection.FullHost.Length > 0 ? context.Connection.FullHost : "local user " + context.Connection.Ident;

    static string? TooBig(MessageIntake intake, string who, LogOptions options) =>
        options.Has("size_reject") ? $"rejected {who}: message too big: read={intake.Size} max={intake.SizeLimit}" : null;
}
