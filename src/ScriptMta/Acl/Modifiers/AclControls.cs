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
    static readonly AclPlaces BeforeData = AclPlaces.Only(AclWhere.Mail, AclWhere.Rcpt, AclWhere.PreData, AclWhere.NotSmtpStart);
    static readonly AclPlaces BeforeContent = AclPlaces.Except(AclWhere.Data, AclWhere.Prdr, AclWhere.NotSmtp);

    static readonly FrozenDictionary<string, AclControl> Rows = new AclControl[]
    {
        new("caseful_local_part", Recipient, static (run, _) => SetLocalPart(run, run.Session.RecipientLocalPart)),
        new("caselower_local_part", Recipient, static (run, _) => SetLocalPart(run, run.Session.RecipientLocalPart.LowerAscii())),
        new("enforce_sync", AclPlaces.All, static (run, _) => SetSync(run, "enforce_sync", "no_enforce_sync")),
        new("no_enforce_sync", AclPlaces.All, static (run, _) => SetSync(run, "no_enforce_sync", "enforce_sync")),
        new("no_multiline_responses", AclPlaces.Except(AclWhere.NotSmtp, AclWhere.NotSmtpStart), OfConnection("no_multiline_responses")),
        new("no_pipelining", AclPlaces.Except(AclWhere.NotSmtp, AclWhere.NotSmtpStart), OfConnection("no_pipelining")),
        new("no_delay_flush", AclPlaces.Except(AclWhere.NotSmtp, AclWhere.NotSmtpStart), OfConnection("no_delay_flush")),
        new("no_callout_flush", AclPlaces.Except(AclWhere.NotSmtp, AclWhere.NotSmtpStart), OfConnection("no_callout_flush")),
        new("fakedefer", AclPlaces.Message, OfMessage("fakedefer"), HasOptions: true),
        new("fakereject", AclPlaces.Message, OfMessage("fakereject"), HasOptions: true),
        new("freeze", AclPlaces.Message, OfMessage("freeze"), HasOptions: true) { AcceptsOptions = static options => options is "" or "/no_tell" },
        new("queue", AclPlaces.Message, OfMessage("queue"), HasOptions: true),
        new("queue_only", AclPlaces.Message, OfMessage("queue"), HasOptions: true) { ShownAs = "queue" },
        new("submission", BeforeData, OfMessage("submission"), HasOptions: true) { AcceptsOptions = static options => SubmissionOptions.Parse(options) is not null },
        new("suppress_local_fixups", BeforeData, OfMessage("suppress_local_fixups")),
        // These turn off what this version does not do, so there is nothing to carry out.
        new("dkim_disable_verify", BeforeContent, OfMessage("dkim_disable_verify")),
        new("dmarc_disable_verify", BeforeContent, OfMessage("dmarc_disable_verify")),
        new("no_mbox_unspool", AclPlaces.Message, OfMessage("no_mbox_unspool")),
        new("dmarc_enable_forensic", BeforeContent, OfMessage("dmarc_enable_forensic")) { Warning = "DMARC is not checked yet, so there is nothing to report" },

        new("debug", AclPlaces.All, DebugTrace.Apply, HasOptions: true),
        new("dscp", AclPlaces.All, DscpControl.Apply, HasOptions: true) { AcceptsOptions = static options => options.StartsWith('/') },

        new("allow_auth_unadvertised", AclPlaces.Only(AclWhere.Connect, AclWhere.Helo), null),
        new("cutthrough_delivery", AclPlaces.All, null, HasOptions: true),
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
