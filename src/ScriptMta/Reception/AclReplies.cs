using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>What a verdict becomes: the reply for the peer and the line for the logs (Exim 44.21).</summary>
static class AclReplies
{
    /// <summary>The reply to a refused command; logs it. Subject is the command's argument as logs show it.</summary>
    public static Reply Refuse(SmtpSession session, AclWhere where, string subject, AclVerdict verdict)
    {
        var deferred = verdict.Kind == AclVerdictKind.Defer;
        var otherwise = deferred ? Replies.Deferred : where switch
        {
            AclWhere.Auth => AuthReplies.Denied,
            AclWhere.Etrn => Replies.EtrnDenied,
            AclWhere.Vrfy => Replies.CannotVerify, // refusing to say is not saying no (RFC 5321 3.5.3)
            _ => Replies.Denied,
        };
        var details = session.Rules.Options.ReturnErrorDetails;
        var text = deferred && verdict.UserText is null && details ? verdict.LogText : verdict.UserText;
        var reply = text is null ? otherwise : Checked(session, text, otherwise);
        if (Report(session) is { } report && !SaysOneLine(session) && (deferred ? details ? report.Log : null : report.Details) is { } lines) reply = reply with { Text = $"{lines}\n{reply.Text}" };
        if (text is not null && text == verdict.LogText && reply.Code == otherwise.Code) verdict = verdict with { LogText = WithCode(text, otherwise) };
        session.Log.Reject(session.Context.Message.Id, Line(session, where, subject, verdict, deferred), verdict.RejectLogs, ReceptionFacts.Of(session.Context, AclWhereNames.Text(where), where == AclWhere.Rcpt ? subject : null, verdict.LogText));
        return reply;
    }

    /// <summary>The log tells of a code of the wrong class what was said instead of it.</summary>
    static string WithCode(string text, Reply usual) => Reply.HasCode(text) ? $"{usual.Code}{text[3..]}" : text;

    /// <summary>The reply to an accepted command: its message, or what is usual.</summary>
    public static Reply Accept(SmtpSession session, AclVerdict verdict, Reply usual) =>
        verdict.UserText is { } text ? Checked(session, text, usual) : usual;

    /// <summary>The first refusal after a verify = sender that did not hold tells why (Exim 44.50); logs it. Null when there is nothing to tell, or it has been told.</summary>
    static SenderReport? Report(SmtpSession session)
    {
        if (session.Acl.SenderReport is not { IsTold: false } report) return null;
        report.IsTold = true;
        var log = session.Rules.Environment.Log;
        if (log.Options.Has("sender_verify_fail"))
            log.Main(session.Context.Message.Id, $"{session.Log.HostAndIdent} sender verify {(report.IsDeferral ? "defer" : "fail")} for <{report.Sender}>{(report.Log is { } why ? ": " + why.Split('\n')[0] : "")}".TrimSpaceAtStart());
        return report;
    }

    /// <summary>For clients that do not know replies of several lines (44.22).</summary>
    static bool SaysOneLine(SmtpSession session) => session.Acl.ConnectionControls.Contains("no_multiline_responses");

    static Reply Checked(SmtpSession session, string text, Reply usual)
    {
        if (SaysOneLine(session)) text = text.Split('\n')[0];
        var reply = Reply.FromRule(LongLines.Broken(text.EndsWith('\n') ? text[..^1] : text), usual, out var wrongClass);
        if (wrongClass) NoteWrongClass(session, text, usual);
        return reply;
    }

    static void NoteWrongClass(SmtpSession session, string text, Reply usual) =>
        session.Rules.Environment.Log.Panic(null, $"configured error code starts with incorrect digit (expected {usual.Code / 100}) in \"{text}\"");

    /// <summary>The banner that the connection's ACL gives: all its lines, whatever the client's trouble with them.</summary>
    public static Reply Banner(SmtpSession session, string text)
    {
        var usual = Replies.Banner("");
        var reply = Reply.FromRule(text, usual, out var wrongClass);
        if (wrongClass) NoteWrongClass(session, text, usual);
        return reply;
    }

    static string Line(SmtpSession session, AclWhere where, string subject, AclVerdict verdict, bool deferred)
    {
        var sender = where is AclWhere.Rcpt or AclWhere.Data or AclWhere.Mime ? $" F=<{session.Transaction.Sender}>" : "";
        var what = where switch
        {
            AclWhere.Connect => "connection in \"connect\" ACL",
            AclWhere.Helo => "EHLO or HELO " + subject,
            AclWhere.PreData => "DATA",
            AclWhere.Data => "after DATA",
            AclWhere.Mime => "during MIME ACL checks",
            _ => $"{AclWhereNames.Text(where)} {subject}",
        };
        var host = session.Log.HostAndIdent;
        var reason = verdict.LogText is { } log ? ": " + log.Split('\n')[0] : "";
        return $"{host}{TlsLog.Fields(session.Context.Connection, session.Rules.Environment.Log.Options)}{sender} {(deferred ? "temporarily " : "")}rejected {what}{reason}".TrimSpaceAtStart();
    }
}
