using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Acl;

/// <summary>One address to ask hosts about. Plan is what routing came to for it.</summary>
sealed record CalloutRequest(PlannedDelivery Plan, CalloutOptions Options, bool IsRecipient)
{
    /// <summary>The address as the routers left it: what the hosts are asked about, with the affixes that they would see.</summary>
    public MailAddress Address => Plan.Address.Address;
    /// <summary>Of MAIL FROM; empty = the null sender.</summary>
    public required string From { get; init; }
    /// <summary>The message came with SMTPUTF8: servers that know it are told.</summary>
    public bool IsUtf8 { get; init; }
    /// <summary>The transaction is the message's own and waits for it: hold, or a cut-through delivery (44.22).</summary>
    public bool Holds { get; init; }
    /// <summary>Results from this sender are kept apart from those of others.</summary>
    public bool FromMatters { get; init; }

    public static CalloutRequest Of(AclRun run, PlannedDelivery plan, CalloutOptions options, bool isRecipient)
    {
        var sender = run.Context.Message.Sender?.ToString() ?? "";
        var (from, matters) = !isRecipient ? (options.MailFrom, options.MailFrom.Length > 0)
            : options.UseSender ? (sender, true)
            : options.UsePostmaster ? ($"postmaster@{run.Context.Environment.QualifyDomain}", false) : ("", false);
        return new(plan, options, isRecipient) 
        {
            From = from, FromMatters = matters, IsUtf8 = run.Context.Message.IsSmtpUtf8,
            Holds = isRecipient && options is { UseSender: true, Random: false, PostmasterFrom: null } && (options.Hold || run.Session.CutThrough is not null),
        };
    }

    /// <summary>What RCPT says; affixes that a router took off go only to hosts of a transport with rcpt_include_affixes.</summary>
    public string Recipient(bool includesAffixes)
    {
        var (facts, local) = (Plan.Facts, Address.LocalPart);
        var affixed = !includesAffixes && facts.Prefix.Length + facts.Suffix.Length is > 0 and var length && length < local.Length;
        return affixed ? $"{local[facts.Prefix.Length..^facts.Suffix.Length]}@{Address.Domain}" : Address.ToString();
    }
}
