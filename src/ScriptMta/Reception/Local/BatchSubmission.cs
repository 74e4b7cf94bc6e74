using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Smtp;
using ScriptMta.Spool;

namespace ScriptMta.Reception;

/// <summary>
/// Batched SMTP (-bS, Exim 49.11): messages whose envelopes are SMTP commands, with nobody who would read a reply. The first error ends it. No ACL but those of messages without SMTP is run,
/// and addresses without a domain are completed. One instance for one batch.
/// </summary>
sealed class BatchSubmission(ISpool spool, ReceptionRules rules, MessageIdSource ids, SubmissionRequest request)
{
    readonly LocalCaller _caller = LocalCaller.Of(request, rules);
    MailAddress? _sender;
    readonly List<MailAddress> _recipients = [];
    string _helo = "";
    int _messages;
    /// <summary>Where the transaction began, as Exim counts: at the last message or the last command that is none of a transaction.</summary>
    int _started;

    public async ValueTask<BatchResult> RunAsync(Stream stream, CancellationToken cancel)
    {
        var input = new BatchInput(stream);
        await using var _ = input.ConfigureAwait(false);
        while (await input.ReadLineAsync(cancel).ConfigureAwait(false) is { } line)
        {
            var (word, argument) = Split(line);
            if (word == "QUIT" && argument.Length == 0) break;
            if (Obey(word, argument, input.Line) is { } wrong) return new(_messages, wrong, _started, input.Line, line);
            if (word != "DATA") continue;
            if (await DataAsync(input, cancel).ConfigureAwait(false) is { } refusal) return new(_messages, refusal, _started, input.Line);
            _started = input.Line;
        }
        return new(_messages);
    }

    /// <summary>Null = go on; after DATA, with the message.</summary>
    Reply? Obey(string word, string argument, int line)
    {
        switch (word)
        {
            case "MAIL": return Mail(argument);
            case "RCPT": return Rcpt(argument);
            case "DATA" or "QUIT" when argument.Length > 0: return BatchReplies.UnexpectedArgument;
            case "DATA": return _sender is null ? BatchReplies.NoSenderForData : _recipients.Count == 0 ? BatchReplies.NoRecipients : null;
            case "HELO" or "EHLO": _helo = argument; break;
            case "RSET": break;
            case "NOOP" or "VRFY" or "EXPN" or "ETRN" or "HELP": _started = line; return null;
            default: return BatchReplies.Unrecognized;
        }
        Reset();
        _started = line;
        return null;
    }

    void Reset()
    {
        _sender = null;
        _recipients.Clear();
    }

    Reply? Mail(string argument)
    {
        if (_sender is not null) return BatchReplies.SenderAlreadyGiven;
        if (argument.Length == 0) return BatchReplies.MailNeedsAddress;
        if (!AddressParser.TryParsePath(argument, rules.Options.AddressRules with { AllowNull = true }, out var address, out var error)) return BatchReplies.BadAddress(error);
        var context = new ExpansionContext { Environment = rules.Environment };
        var believed = _caller.IsTrusted || address.IsNull || LocalEnvelope.MaySet(rules, address, context);
        _sender = !believed ? _caller.Address(rules.Environment) : address.IsQualified || address.IsNull ? address : address with { Domain = rules.Environment.QualifyDomain };
        return null;
    }

    Reply? Rcpt(string argument)
    {
        if (_sender is null) return BatchReplies.NoSender;
        if (argument.Length == 0) return BatchReplies.RcptNeedsAddress;
        if (rules.Options.RecipientsMax > 0 && _recipients.Count >= rules.Options.RecipientsMax) return Replies.TooManyRecipients;
        if (!AddressParser.TryParsePath(argument, rules.Options.AddressRules, out var address, out var error)) return BatchReplies.BadAddress(error);
        _recipients.Add(address.IsQualified ? address : address with { Domain = rules.Environment.QualifyRecipient });
        return null;
    }

    /// <summary>Reads and takes one message; null when it is on stable storage, or thrown away by a rule.</summary>
    async ValueTask<Reply?> DataAsync(BatchInput input, CancellationToken cancel)
    {
        var context = new ExpansionContext { Environment = rules.Environment, Connection = LocalFacts.Of(request, _caller, "local-bsmtp") };
        if (_helo.Length > 0) context.Connection.HeloName = _helo;
        (context.Message.Sender, context.Message.ReceivedAt) = (_sender, rules.Environment.Clock.GetUtcNow());
        context.Message.AuthenticatedSender = _caller.AuthenticatedSender(request, rules.Environment);
        var acl = new AclSession();
        await rules.Acls.RunAsync(AclWhere.NotSmtpStart, acl, context, cancel).ConfigureAwait(false);
        var intake = new MessageIntake(spool, ids.Next(), rules.Options, rules.Options.MessageSizeLimit.Get(context));
        await using var _ = intake.ConfigureAwait(false);
        var decoder = new LocalDecoder(dotEnds: true, unstuff: true);
        if (!await input.ReadDataAsync(decoder, intake.TakeAsync, cancel).ConfigureAwait(false)) return Replies.LostData;
        await intake.FinishAsync(decoder, cancel).ConfigureAwait(false);
        var outcome = await LocalAcceptance.TakeAsync(spool, new(request, _caller, rules, context, acl), intake, intake.Headers, [.. _recipients], cancel).ConfigureAwait(false);
        Reset();
        if (outcome is AcceptanceOutcome.Taken) _messages++;
        acl.Debug?.Dispose();
        if (outcome is AcceptanceOutcome.RefusedByAcl denied) new RefusedSubmission(context, intake, denied.Verdict).Log();
        return outcome switch
        {
            AcceptanceOutcome.RefusedByAcl refused => Refusal(refused.Verdict),
            AcceptanceOutcome.Refused refused => refused.Reply,
            _ => null,
        };
    }

    /// <summary>A code that the text begins with is not obeyed here (Exim).</summary>
    static Reply Refusal(AclVerdict verdict)
    {
        var usual = verdict.Kind == AclVerdictKind.Defer ? Replies.Deferred : Replies.Denied;
        return verdict.UserText is { } text ? usual with { Text = text } : usual;
    }

    /// <summary>The word in capitals, without its second word and colon; empty where it is not written as it must be.</summary>
    static (string Word, string Argument) Split(string line)
    {
        foreach (var (start, word) in (ReadOnlySpan<(string, string)>)[("MAIL FROM:", "MAIL"), ("RCPT TO:", "RCPT")])
            if (line.StartsWith(start, StringComparison.OrdinalIgnoreCase)) return (word, line[start.Length..].TrimSpace());
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var verb = (space < 0 ? line : line[..space]).UpperAscii();
        return (verb is "MAIL" or "RCPT" ? "" : verb, space < 0 ? "" : line[space..].TrimSpace());
    }
}
