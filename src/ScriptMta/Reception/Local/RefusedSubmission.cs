using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Logging;
using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Reception;

/// <summary>
/// A local message that acl_not_smtp or acl_not_smtp_mime refuses (Exim 44.13, 5.2). The program that submits it is told by text and exit status; with -oem, -oee and -oew the sender gets a
/// message instead, which is submitted as any other, with the null sender, and may be refused itself. A deferral counts as a refusal: there is nobody who would try again.
/// </summary>
sealed class RefusedSubmission(ExpansionContext context, MessageIntake intake, AclVerdict verdict)
{
    const int DefaultReturnedSize = 100 << 10;

    readonly string _acl = verdict.Hook == AclWhere.Mime ? "MIME ACL" : "non-SMTP ACL";
    readonly string _text = verdict.UserText ?? "local configuration problem";

    public string ErrorText => $"message rejected by {_acl}: {_text}";

    public void Log()
    {
        var log = context.Environment.Log;
        log.Write(verdict.RejectLogs ?? [LogFile.Main, LogFile.Reject], intake.Id, facts: ReceptionFacts.Of(context, verdict.Hook == AclWhere.Mime ? "MIME" : "non-SMTP", null, verdict.LogText),
            appendix: RejectedHeader.Of(context), text: $"F=<{context.Message.Sender}> rejected by {_acl}{(verdict.LogText is { } why ? ": " + why.Split('\n')[0] : "")}");
    }

    /// <summary>Nobody can be written to.</summary>
    public void LogNoSender() => context.Environment.Log.Main(intake.Id, $"Error while reading message with no usable sender address: rejected by {_acl}: {_text}");

    /// <summary>The message to the sender: what was wrong, and a copy, of whose body as much comes as bounce_return_size_limit says.</summary>
    public Stream Mail()
    {
        var environment = context.Environment;
        var size = environment.Settings.TryGetValue("bounce_return_size_limit", out var text) && OptionValues.Int(text, out var limit) == ValueError.None ? limit : DefaultReturnedSize;
        var cut = size > 0 && intake.Body.Length > size;
        var report = $"""
            Auto-Submitted: auto-replied
            From: Mail Delivery System <Mailer-Daemon@{environment.QualifyDomain}>
            To: {context.Message.Sender}
            References: <E{intake.Id}@{environment.PrimaryHostname}>
            Subject: Mail failure - rejected by local scanning code

            A message that you sent was rejected by the local scanning code that
            checks incoming messages on this system. The following error was given:

              {_text.Replace("\n", "\n  ", StringComparison.Ordinal)}

            ------ This is a copy of your message, including all the headers. ------
            {(cut ? $"------ No more than {size} characters of the body are included.\n" : "")}
            {context.Message.Headers?.ToText()}


            """;
        return new PrefixedStream(Latin1.Encode(report), new LineFeedStream(new StreamSection(new DraftStream(intake.Body), 0, cut ? size : intake.Body.Length)));
    }
}
