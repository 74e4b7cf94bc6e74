using System.Collections.Frozen;
using ScriptMta.Common;

namespace ScriptMta.Acl;

/// <summary>One control: where it may stand, whether "/options" may follow, and what it does; Apply is null where it is not built.</summary>
sealed record AclControl(string Name, AclPlaces Places, Action<AclRun, string>? Apply, bool HasOptions = false)
{
    /// <summary>What the configuration's author should know; empty = nothing.</summary>
    public string Warning { get; init; } = "";
    /// <summary>What Exim calls it when it is out of place.</summary>
    public string ShownAs { get; init; } = Name;
    /// <summary>Whether these options, from their slash or empty, are right; null = all are.</summary>
    public Func<string, bool>? AcceptsOptions { get; init; }
    /// <summary>Exim's words for options that are not; empty = those for any syntax error.</summary>
    public string BadOption { get; init; } = "";
}

/// <summary>Every control that Exim knows (44.22).</summary>
static class AclControls
{
    static readonly AclPlaces Recipient = AclPlaces.Only(AclWhere.Rcpt);
    static readonly AclPlaces Session = AclPlaces.Except(AclWhere.NotSmtp, AclWhere.NotSmtpStart);
    static readonly AclPlaces BeforeData = AclPlaces.Only(AclWhere.Mail, AclWhere.Rcpt, AclWhere.PreData);
    static readonly AclPlaces BeforeContent = AclPlaces.Except(AclWhere.Data, AclWhere.Prdr, AclWhere.NotSmtp, AclWhere.NotSmtpStart);
    static readonly AclPlaces SmtpMessage = AclPlaces.Only(AclWhere.Mail, AclWhere.Rcpt, AclWhere.PreData, AclWhere.Data, AclWhere.Mime, AclWhere.Prdr);
    static readonly AclPlaces Message = SmtpMessage.And(AclWhere.NotSmtp);

    static readonly FrozenDictionary<string, AclControl> Rows = new AclControl[]
    {
        new("caseful_local_part", Recipient, static (run, _) => SetLocalPart(run, run.Session.RecipientLocalPart)),
        new("caselower_local_part", Recipient, static (run, _) => SetLocalPart(run, run.Session.RecipientLocalPart.LowerAscii())),
        new("enforce_sync", Session, static (run, _) => SetSync(run, "enforce_sync", "no_enforce_sync")),
        new("no_enforce_sync", Session, static (run, _) => SetSync(run, "no_enforce_sync", "enforce_sync")),
        new("no_multiline_responses", Session, OfConnection("no_multiline_responses")),
        new("no_pipelining", Session, OfConnection("no_pipelining")),
        new("no_delay_flush", Session, OfConnection("no_delay_flush")),
        new("no_callout_flush", Session, OfConnection("no_callout_flush")),
        new("fakedefer", SmtpMessage, OfMessage("fakedefer"), HasOptions: true),
        new("fakereject", SmtpMessage, OfMessage("fakereject"), HasOptions: true),
        new("freeze", Message, OfMessage("freeze"), HasOptions: true) { AcceptsOptions = static options => options is "" or "/no_tell" },
        new("queue", Message, OfMessage("queue"), HasOptions: true),
        new("queue_only", Message, OfMessage("queue"), HasOptions: true) { ShownAs = "queue" },
        new("submission", BeforeData, OfMessage("submission"), HasOptions: true) { AcceptsOptions = static options => SubmissionOptions.Parse(options) is not null },
        new("suppress_local_fixups", BeforeData.And(AclWhere.NotSmtpStart), OfMessage("suppress_local_fixups")),
        // These turn off what this version does not do, so there is nothing to carry out.
        new("dkim_disable_verify", BeforeContent, OfMessage("dkim_disable_verify")),
        new("dmarc_disable_verify", BeforeContent, OfMessage("dmarc_disable_verify")),
        new("no_mbox_unspool", SmtpMessage, OfMessage("no_mbox_unspool")),
        new("dmarc_enable_forensic", BeforeContent, OfMessage("dmarc_enable_forensic")) { Warning = "DMARC is not checked yet, so there is nothing to report" },

        new("debug", AclPlaces.All, DebugTrace.Apply, HasOptions: true),
        new("dscp", Session, DscpControl.Apply, HasOptions: true) { AcceptsOptions = static options => options.StartsWith('/') },

        new("allow_auth_unadvertised", AclPlaces.Only(AclWhere.Connect, AclWhere.Helo), OfConnection("allow_auth_unadvertised")),
        new("cutthrough_delivery", Recipient, CutThrough.Request, HasOptions: true) { AcceptsOptions = static options => options is "" or "/defer=spool" or "/defer=pass" },
        new("utf8_downconvert", AclPlaces.Only(AclWhere.Rcpt, AclWhere.Vrfy), static (run, options) => run.Context.Message.Utf8Downconvert = options.Length > 1 ? options[1..] : "1", HasOptions: true) { AcceptsOptions = static options => options is "" or "/1" or "/0" or "/-1", BadOption = "bad option value for control=utf8_downconvert" },
        new("wellknown", AclPlaces.All, null, HasOptions: true),
    }.ToFrozenDictionary(r => r.Name, StringComparer.Ordinal);

    public static IEnumerable<string> Names => Rows.Keys;
    public static AclControl? Find(string name) => Rows.GetValueOrDefault(name);

    static Action<AclRun, string> OfMessage(string name) => (run, options) => run.Session.Controls[name] = options;

    static Action<AclRun, string> OfConnection(string name) => (run, _) => run.Session.ConnectionControls.Add(name);

    static void SetSync(AclRun run, string on, string off)
    {
        run.Session.ConnectionControls.Add(on);
        run.Session.ConnectionControls.Remove(off);
    }

    static void SetLocalPart(AclRun run, string localPart)
    {
        if (run.Session.RecipientLocalPart.Length > 0) run.Context.Address.LocalPart = localPart;
    }
}
