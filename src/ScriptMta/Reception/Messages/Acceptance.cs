using ScriptMta.Acl;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Smtp;
using ScriptMta.Spool;

namespace ScriptMta.Reception;

/// <summary>How a message ended: taken (it is on stable storage), refused by a rule or a limit, or not storable now.</summary>
abstract record AcceptanceOutcome
{
    AcceptanceOutcome() { }
    public sealed record Taken(AclVerdict Verdict, bool Discarded) : AcceptanceOutcome;
    public sealed record RefusedByAcl(AclVerdict Verdict) : AcceptanceOutcome;
    /// <summary>Log is null where nothing is logged.</summary>
    public sealed record Refused(Reply Reply, string? Log) : AcceptanceOutcome
    {
        /// <summary>False where the log line comes before the message has an id, for Exim.</summary>
        public bool HasId { get; init; } = true;
    }
}

/// <summary>The last part of every reception, SMTP or local: limits, header fix-ups, the final ACL, and the commit that answers for the message.</summary>
sealed class Acceptance(ReceptionRules rules, ISpool spool, AclSession acl, ExpansionContext context)
{
    public required AclWhere Where { get; init; }
    public required Transaction Transaction { get; init; }
    public MessageOrigin? Origin { get; init; }
    /// <summary>Answers each recipient for itself and takes out those that are refused; null where one answer is for all.</summary>
    public Func<CancellationToken, ValueTask>? AskRecipients { get; init; }
    /// <summary>Addresses without a domain in sender and in recipient fields get one.</summary>
    public bool CompletesSenders { get; init; } = true;
    public bool CompletesRecipients { get; init; } = true;

    /// <summary>Why the message is only queued for now: as <see cref="QueueDecision.Reason"/> says.</summary>
    public Func<string?>? WhyQueued { get; init; }
    /// <summary>What goes to other hosts waits for a queue run: as <see cref="QueueDecision.IsFirstPass"/> says.</summary>
    public Func<bool>? IsFirstPass { get; init; }

    /// <param name="received">The header section as it came; without Bcc: where -t took it away.</param>
    public async ValueTask<AcceptanceOutcome> TakeAsync(MessageIntake intake, HeaderSection received, CancellationToken cancel)
    {
        context.Message.Headers = received; // So that the reject log can show them.
        if (IntakeTroubles.Find(intake, context, Transaction.Sender) is { } trouble) return trouble;
        (context.Message.Id, context.Message.BodyType) = (intake.Id, Transaction.BodyType);
        var rewriting = rules.Router.Dependencies.Rewrite;
        var came = new ReceivedEnvelope(Transaction.GivenSender ?? Transaction.Sender, rewriting.IsEmpty && AskRecipients is null ? Transaction.Recipients : [.. Transaction.Recipients]);
        EnvelopeRewriting.Apply(Transaction, rewriting, context);
        var headers = HeaderFixups.Apply(received, Origin, rules.Options, context, intake.Id,
            new HeaderRewriter(rewriting, context) { CompletesSenders = CompletesSenders, CompletesRecipients = CompletesRecipients }.Apply);
        if (TooManyReceived(headers)) return new AcceptanceOutcome.Refused(Replies.TooManyReceived, $"rejected from <{Transaction.Sender}> {Host}: Too many \"Received\" headers");
        headers = AclHeaders.Apply(headers.Prepend(ReceivedLine.Make(context, rules.Options, intake.Id)), acl);
        MessageCounts.Fill(context, intake, headers);
        (context.Address, context.Message.Size) = (new(), intake.IsNothing ? 0 : Math.Max(1, intake.Size));
        var (verdict, end) = await CheckAsync(intake, headers, cancel).ConfigureAwait(false);
        if (end is not null) return end;
        headers = AclHeaders.Apply(context.Message.Headers ?? headers, acl);
        MessageCounts.Fill(context, intake, headers);
        return await CommitAsync(intake, headers, came with { MessageId = received.First("Message-ID") }, verdict, cancel).ConfigureAwait(false);
    }

    /// <summary>What the ACLs say that look into the message; the outcome when that ends it. Scanners share one copy of the message.</summary>
    async ValueTask<(AclVerdict Verdict, AcceptanceOutcome? End)> CheckAsync(MessageIntake intake, HeaderSection headers, CancellationToken cancel)
    {
        using var content = new MessageContent(intake.Id, headers, new DraftStream(intake.Body), new(context.Environment.SpoolDirectory, intake.Id.Text));
        acl.Content = content;
        try { return await AskAsync(intake, content, cancel).ConfigureAwait(false); }
        catch (SpoolException error) { return (AclVerdict.Deny, IntakeTroubles.OfSpool(error)); }
        finally
        {
            content.KeepsFiles = acl.Controls.ContainsKey("no_mbox_unspool");
            acl.Content = null;
        }
    }

    /// <summary>The MIME ACL for each part, the ACL of each recipient, then that of the whole message. What a MIME ACL of a local message discards is still shown to acl_not_smtp, as in Exim.</summary>
    async ValueTask<(AclVerdict Verdict, AcceptanceOutcome? End)> AskAsync(MessageIntake intake, MessageContent content, CancellationToken cancel)
    {
        var hook = Where == AclWhere.NotSmtp ? AclWhere.NotSmtpMime : AclWhere.Mime;
        var parts = Transaction.Recipients.Count == 0 ? AclVerdict.Accept : await MimeAcl.RunAsync(rules.Acls, hook, content, acl, context, cancel).ConfigureAwait(false);
        if (acl.HeadersAdd.Count > 0 || acl.HeadersRemove.Count > 0) context.Message.Headers = content.Headers = AclHeaders.Apply(content.Headers, acl);
        if (!parts.IsAccept) return (parts, new AcceptanceOutcome.RefusedByAcl(parts));
        if (parts.Kind == AclVerdictKind.Discard && Where != AclWhere.NotSmtp) return (parts, null);
        if (AskRecipients is not null)
        {
            await AskRecipients(cancel).ConfigureAwait(false);
            if (Transaction.Recipients.Count == 0) return (parts, new AcceptanceOutcome.Refused(RecipientVerdicts.Summary(Transaction.Prdr, intake.Id.Text), null));
        }
        var whole = Transaction.Recipients.Count == 0 ? AclVerdict.Accept : await rules.Acls.RunAsync(Where, acl, context, cancel).ConfigureAwait(false);
        if (!whole.IsAccept) return (whole, new AcceptanceOutcome.RefusedByAcl(whole));
        return (parts.Kind == AclVerdictKind.Discard ? parts : whole, null);
    }

    string Host => ReceptionLog.HostAndIdent(context, context.Environment.Log.Options);

    bool TooManyReceived(HeaderSection headers) =>
        rules.Options.ReceivedHeadersMax > 0 && headers.All("Received").Count() > rules.Options.ReceivedHeadersMax;

    async ValueTask<AcceptanceOutcome> CommitAsync(MessageIntake intake, HeaderSection headers, ReceivedEnvelope came, AclVerdict verdict, CancellationToken cancel)
    {
        var log = context.Environment.Log;
        var discarded = verdict.Kind == AclVerdictKind.Discard || Transaction.Recipients.Count == 0;
        var arrival = new Arrival(Transaction.Sender, came, headers, context, Transaction, acl.Controls.ContainsKey("fakereject"));
        if (discarded)
        {
            // Nobody is to get it, so there is nothing to keep: the client hears "yes" and the log says what became of it.
            ReceptionLog.Arrived(log, intake.Id, arrival);
            var by = verdict.Kind == AclVerdictKind.Discard ? AclWhereNames.Text(verdict.Hook ?? Where) : Transaction.DiscardedBy ?? "RCPT";
            log.Main(intake.Id, $"=> blackhole ({by} ACL discarded recipients){(verdict is { Hook: null, LogText: { } why } ? ": " + why.Split('\n')[0] : "")}");
            log.Main(intake.Id, "Completed");
            return new AcceptanceOutcome.Taken(verdict, Discarded: true);
        }
        if (await new CutThroughDelivery(rules, acl, context, Transaction).DeliverAsync(intake, headers, arrival, verdict, cancel).ConfigureAwait(false) is { } delivered) return delivered;
        var firstPass = acl.Controls.GetValueOrDefault("queue") == "/first_pass_route" || IsFirstPass?.Invoke() == true;
        var facts = EnvelopeFacts.Keep(context);
        var envelope = new Envelope
        {
            Id = intake.Id, Sender = Transaction.Sender, Recipients = [.. Transaction.Recipients], ReceivedAt = context.Message.ReceivedAt, Facts = acl.Controls.GetValueOrDefault("freeze") == "/no_tell" ? EnvelopeFacts.Keep(context).Add(EnvelopeFacts.FrozenQuietly, "yes") : EnvelopeFacts.Keep(context),
        };
        var (byRule, waits) = (acl.Controls.ContainsKey("queue"), WhyQueued?.Invoke());
        var state = new NewMessageState(acl.Controls.ContainsKey("freeze"), byRule && !firstPass || waits is not null);
        try
        {
            await spool.CommitAsync(envelope, headers, intake.Body, state, cancel).ConfigureAwait(false);
        }
        catch (SpoolException error) { return IntakeTroubles.OfSpool(error); }
        ReceptionLog.Arrived(log, intake.Id, arrival);
        if (state.Frozen) log.Main(intake.Id, "frozen by ACL");
        else if (byRule) QueueDecision.Log(context, intake.Id, "queued by ACL");
        if (waits is not null) QueueDecision.Log(context, intake.Id, waits);
        return new AcceptanceOutcome.Taken(verdict, Discarded: false);
    }
}
