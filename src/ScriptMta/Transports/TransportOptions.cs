using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Routing;

namespace ScriptMta.Transports;

/// <summary>The generic transport options (Exim chapter 24), one immutable record per transport instance.</summary>
sealed record TransportOptions
{
    public required string Name { get; init; }
    public required string Driver { get; init; }
    public required SourceLocation At { get; init; }
    /// <summary>Local transports deliver one recipient at a time unless batched, run as a user, and count against no host.</summary>
    public required bool IsLocal { get; init; }

    public bool BodyOnly { get; init; }
    public bool HeadersOnly { get; init; }
    public bool DeliveryDateAdd { get; init; }
    public bool EnvelopeToAdd { get; init; }
    public bool ReturnPathAdd { get; init; }
    public bool RcptIncludeAffixes { get; init; }
    public bool DisableLogging { get; init; }
    public ImmutableArray<Template> HeadersAdd { get; init; } = [];
    public ImmutableArray<Template> HeadersRemove { get; init; } = [];
    public RewriteRules HeadersRewrite { get; init; } = RewriteRules.None;
    /// <summary>Shown in traces.</summary>
    public Template? DebugPrint { get; init; }
    public Template? ReturnPath { get; init; }
    public Template? MessageSizeLimit { get; init; }
    public Template? HomeDirectory { get; init; }
    public Template? CurrentDirectory { get; init; }
    public Template? User { get; init; }
    public Template? Group { get; init; }
    public bool InitGroups { get; init; }

    /// <summary>How many recipients one job may hold: batch_max of local transports, max_rcpt of smtp (0 = no limit).</summary>
    public int BatchMax { get; init; } = 1;
    /// <summary>Local, batched: what recipients of one job must agree in beside their domain (Exim chapter 25): the expansion of batch_id, and the local part where an option asks for it.</summary>
    public Template? BatchId { get; init; }
    public bool AsksForLocalPart { get; init; }
    /// <summary>smtp, lmtp: recipients of different domains may share a job (multi_domain).</summary>
    public MultiDomainChoice MultiDomain { get; init; } = MultiDomainChoice.Never;
    /// <summary>smtp: its own hosts are worked out from the address.</summary>
    public bool HostsFollowAddress { get; init; }
    /// <summary>Deliveries by this transport at once, of all messages; null or 0 = no limit.</summary>
    public Template? MaxParallel { get; init; }

    /// <summary>Local: retry times are kept for the whole address, not for its domain.</summary>
    public bool RetryUsesLocalPart { get; init; } = true;
    /// <summary>smtp: a recipient that a host refuses for now waits with this sender only.</summary>
    public bool AddressRetryIncludeSender { get; init; } = true;
    /// <summary>smtp: hosts that have long been failing are not tried before their time, for new messages either (Exim 32.10).</summary>
    public bool DelayAfterCutoff { get; init; } = true;
    /// <summary>smtp: whether each address of a host has a retry time of its own; null = yes.</summary>
    public Template? RetryIncludeIpAddress { get; init; }

    public static TransportOptions From(SettingBlock block, OptionReader reader, bool isLocal)
    {
        if (reader.Bool("body_only", false) && reader.Bool("headers_only", false)) reader.Error("body_only", "body_only and headers_only are mutually exclusive");
        return new()
        {
            Name = block.Name, Driver = reader.Text("driver")?.Text ?? "", At = block.At, IsLocal = isLocal,
            BodyOnly = reader.Bool("body_only", false), HeadersOnly = reader.Bool("headers_only", false),
            DeliveryDateAdd = reader.Bool("delivery_date_add", false), EnvelopeToAdd = reader.Bool("envelope_to_add", false),
            ReturnPathAdd = reader.Bool("return_path_add", false), RcptIncludeAffixes = reader.Bool("rcpt_include_affixes", false),
            DisableLogging = reader.Bool("disable_logging", false),
            HeadersAdd = Items(reader, "headers_add", "\n"), HeadersRemove = Items(reader, "headers_remove", ":"), HeadersRewrite = RewriteRules.OfTransport(reader),
            DebugPrint = Template(reader, "debug_print"), ReturnPath = Template(reader, "return_path"), MessageSizeLimit = Template(reader, "message_size_limit"),
            HomeDirectory = Template(reader, "home_directory"), CurrentDirectory = Template(reader, "current_directory"),
            MaxParallel = Template(reader, "max_parallel"),
            HostsFollowAddress = !isLocal && reader.Text("hosts")?.Text.Contains('$') == true,
            User = Template(reader, "user"), Group = Template(reader, "group"), InitGroups = reader.Bool("initgroups", false),
            RetryUsesLocalPart = reader.Bool("retry_use_local_part", true),
            AddressRetryIncludeSender = IsOn(reader, "address_retry_include_sender"), DelayAfterCutoff = IsOn(reader, "delay_after_cutoff"),
            RetryIncludeIpAddress = reader.Table.Find("retry_include_ip_address") is null ? null : Template(reader, "retry_include_ip_address"),
        };
    }

    /// <summary>Whether a value in the block asks for a variable whose name begins so.</summary>
    public static bool AsksFor(SettingBlock block, string variable) =>
        block.Settings.Any(s => s.Value?.Text is { } text && (text.Contains("$" + variable, StringComparison.Ordinal) || text.Contains("${" + variable, StringComparison.Ordinal)));

    /// <summary>An option that some drivers have, true where it is not set.</summary>
    static bool IsOn(OptionReader reader, string name) => reader.Table.Find(name) is null || reader.Bool(name, true);

    /// <summary>The option's template, checked at load; null when unset.</summary>
    public static Template? Template(OptionReader reader, string name) => OptionTemplates.Template(reader, name);

    /// <summary>Each item of the list is a template of its own (Exim 24, headers_add).</summary>
    static ImmutableArray<Template> Items(OptionReader reader, string name, string separator)
    {
        if (reader.Text(name) is not { } text) return [];
        var list = separator == ":" || text.Text.StartsWith('<') ? text.Text : "<" + separator + text.Text;
        return [.. Language.ListSyntax.Split(list).Where(i => i.Text.Length > 0).Select(i => reader.Checked(name, new OptionText(i.Text, text.At)))];
    }
}
