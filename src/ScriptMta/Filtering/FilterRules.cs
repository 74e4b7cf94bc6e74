using ScriptMta.Mail;

namespace ScriptMta.Filtering;

/// <summary>System: one run per delivery attempt, for all recipients. User: one run per address, from a redirect router.</summary>
enum FilterKind { User, System }

/// <summary>What a filter may do, and how its addresses are read. Deliveries to files, pipes and replies are allowed or forbidden by who carries them out.</summary>
sealed record FilterRules
{
    public static readonly FilterRules User = new();
    public static readonly FilterRules System = new() { Kind = FilterKind.System };

    public FilterKind Kind { get; init; }

    /// <summary>allow_fail, allow_freeze and allow_defer of the redirect router; a system filter always may.</summary>
    public bool AllowFail { get; init; }
    public bool AllowFreeze { get; init; }
    public bool AllowDefer { get; init; }

    /// <summary>forbid_filter_logwrite.</summary>
    public bool ForbidLogWrite { get; init; }

    /// <summary>filter_prepend_home.</summary>
    public bool PrependHome { get; init; } = true;

    /// <summary>Domain for addresses without one; null = qualify_recipient.</summary>
    public string? QualifyDomain { get; init; }

    public AddressRules Addresses { get; init; } = AddressRules.Default;

    public bool IsSystem => Kind == FilterKind.System;
}
