using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Smtp;

namespace ScriptMta.Acl;

/// <summary>
/// control = cutthrough_delivery of one message (Exim 44.22): while it is on, every recipient so far has been accepted by one host over one connection, and the message can be handed on there
/// before it is answered for. Owned by the session.
/// </summary>
sealed class CutThrough(bool passesDeferrals)
{
    /// <summary>defer=pass: what the host says for now goes to the client, and nothing is queued.</summary>
    public bool PassesDeferrals => passesDeferrals;
    /// <summary>Recipients that host and rules have accepted.</summary>
    public int Recipients { get; set; }

    /// <summary>Only the first recipient may ask for it, and only for a message that nothing else wants to keep.</summary>
    public static void Request(AclRun run, string options)
    {
        var session = run.Session;
        if (run.Context.DryRun || run.Context.Message.RcptCount != 1) return;
        if (session.Controls.ContainsKey("freeze") || session.Controls.ContainsKey("queue") || session.Controls.ContainsKey("fakereject") || session.Controls.ContainsKey("fakedefer")) return;
        session.CutThrough = new(options == "/defer=pass");
    }
}

/// <summary>What the host of a cut-through delivery said to a recipient.</summary>
abstract record CutThroughStep
{
    CutThroughStep() { }
    public sealed record Accepted : CutThroughStep;
    /// <summary>Not that way: the message takes the usual one.</summary>
    public sealed record Off : CutThroughStep;
    /// <summary>Verdict is for the client.</summary>
    public sealed record Refused(AclVerdict Verdict) : CutThroughStep;
}

/// <summary>A message for the hosts that have accepted its recipients. OpenBody gives CRLF line ends, from the start each time.</summary>
sealed record CutThroughMessage(MessageId Id, HeaderSection Headers, Func<Stream> OpenBody, long BodyLength, string ReturnPath, Expansion.ExpansionContext Context);

/// <summary>Sends DATA and the message over a held connection; gives the reply to the final dot. Null with the reason when it did not come so far: then nobody has the message.</summary>
delegate ValueTask<(PeerReply? Final, string Why)> CutThroughSending(HeldCallout held, CutThroughMessage message, CancellationToken cancel);
