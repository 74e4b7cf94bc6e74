using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Smtp;
using ScriptMta.Spool;

namespace ScriptMta.Reception;

/// <summary>
/// The end of a cut-through delivery (Exim 44.22): before anything is promised to the client, the message goes to the host that has its recipients, and the host's word becomes ours. Whatever keeps
/// the host from giving its word, the message is queued as any other; nothing is lost on the way.
/// </summary>
sealed class CutThroughDelivery(ReceptionRules rules, AclSession acl, ExpansionContext context, Transaction transaction)
{
    const int ClosingCode = 421;

    /// <summary>What such a delivery cannot carry takes the usual way (PRDR and CHUNKING as in Exim; DSN, SMTPUTF8 and REQUIRETLS because MAIL and RCPT were sent without).</summary>
    public static bool IsPossible(Transaction transaction) =>
        !transaction.IsPrdr && !transaction.IsChunked && !transaction.IsSmtpUtf8 && !transaction.RequiresTls && transaction.DsnReturn.Length == 0 && transaction.DsnEnvelopeId is null
        && transaction.RecipientNotify is null && transaction.RecipientOriginal is null;

    /// <summary>Null = it goes into the spool.</summary>
    public async ValueTask<AcceptanceOutcome?> DeliverAsync(MessageIntake intake, HeaderSection headers, Arrival arrival, AclVerdict verdict, CancellationToken cancel)
    {
        if (acl.CutThrough is not { } cut || acl.HeldCallout is not { } held || rules.Acls.Callouts is not { } callouts) return null;
        if (!IsPossible(transaction) || IsKept || held.Recipients.Length != transaction.Recipients.Count || cut.Recipients != transaction.Recipients.Count) { acl.StopCutThrough(); return null; }
        var message = new CutThroughMessage(intake.Id, headers, () => new DraftStream(intake.Body), intake.Body.Length, transaction.Sender.ToString(), context);
        var (final, why) = await callouts.Send(held, message, cancel).ConfigureAwait(false);
        acl.StopCutThrough();
        context.Trace?.Add("cutthrough", SourceLocation.BuiltIn(""), held.Host.Endpoint.ToString(), final?.Text ?? why);
        if (final is { IsPositive: true }) return Delivered(intake, held, final, arrival, verdict);
        if (final is null) return cut.PassesDeferrals ? new AcceptanceOutcome.Refused(Replies.OnwardNotAccepted, null) : null;
        foreach (var plan in held.Recipients.Reverse()) Log(intake.Id, $"{Host}{Address(plan)} F=<{transaction.Sender}> {(final.IsPermanent ? "rejected after DATA" : "tmp-reject from cutthrough after DATA")}:{Fields(plan, held, final)}");
        return final.IsPermanent || cut.PassesDeferrals ? new AcceptanceOutcome.Refused(Passed(final), null) : null;
    }

    /// <summary>A rule wants it to stay here.</summary>
    bool IsKept => acl.Controls.ContainsKey("freeze") || acl.Controls.ContainsKey("queue") || acl.Controls.ContainsKey("fakereject") || acl.Controls.ContainsKey("fakedefer");

    AcceptanceOutcome.Taken Delivered(MessageIntake intake, HeldCallout held, PeerReply final, Arrival arrival, AclVerdict verdict)
    {
        foreach (var plan in held.Recipients.Reverse()) Log(intake.Id, $">> {Address(plan)}{Fields(plan, held, Confirms ? final : null)}");
        ReceptionLog.Arrived(context.Environment.Log, intake.Id, arrival);
        Log(intake.Id, "Completed");
        return new(verdict, Discarded: false);
    }

    bool Confirms => context.Environment.Log.Options.Has("smtp_confirmation");
    string Host => ReceptionLog.HostAndIdent(context, context.Environment.Log.Options) is { Length: > 0 } host ? host + " " : "";

    static string Address(PlannedDelivery plan)
    {
        var (address, top) = (plan.Address.Address, plan.Address.Top.Address);
        return address.SameAs(top) ? address.ToString() : $"{address} <{top}>";
    }

    static string Fields(PlannedDelivery plan, HeldCallout held, PeerReply? reply) =>
        $" R={plan.Router} T={plan.Transport} H={held.Host.Endpoint}{(reply is null ? "" : $" C=\"{reply.Text.Replace("\\", "\\\\").Replace("\n", "\\\\n")}\"")}";

    /// <summary>The host's reply, code and all. After 421 it is the host that hangs up, not we.</summary>
    static Reply Passed(PeerReply reply) => new(reply.Code == ClosingCode ? Replies.Deferred.Code : reply.Code, "", string.Join('\n', reply.Lines));

    void Log(MessageId id, string line) => context.Environment.Log.Main(id, line);
}
