using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Routing;

/// <summary>The generic router options (Exim chapter 15), one immutable record per router instance. Bound by <see cref="RouterBinding"/>.</summary>
sealed record RouterOptions
{
    public required string Name { get; init; }
    public required string Driver { get; init; }
    public required SourceLocation At { get; init; }

    public AffixList Prefix { get; init; } = AffixList.None;
    public AffixList Suffix { get; init; } = AffixList.None;
    public bool VerifySender { get; init; } = true;
    public bool VerifyRecipient { get; init; } = true;
    public bool VerifyOnly { get; init; }
    public bool AddressTest { get; init; } = true;
    public bool Expn { get; init; } = true;
    public RuleList? Domains { get; init; }
    public RuleList? LocalParts { get; init; }
    public RuleList? Senders { get; init; }
    public bool CheckLocalUser { get; init; }
    public Template? RouterHome { get; init; }
    public Template? DebugPrint { get; init; }
    /// <summary>Each item is expanded on its own, after the split.</summary>
    public ImmutableArray<Template> RequireFiles { get; init; } = [];
    /// <summary>All must hold.</summary>
    public ImmutableArray<Template> Conditions { get; init; } = [];

    /// <summary>Null = all.</summary>
    public RuleList? DnssecRequest { get; init; }
    public RuleList? DnssecRequire { get; init; }

    public bool CasefulLocalPart { get; init; }
    public ImmutableArray<RouterVariable> Set { get; init; } = [];
    public Template? AddressData { get; init; }
    public RouterFlag More { get; init; } = new(true);
    public RouterFlag Unseen { get; init; } = new(false);
    public string? PassRouter { get; init; }
    public string? RedirectRouter { get; init; }
    public Template? CannotRouteMessage { get; init; }
    public bool FailVerifySender { get; init; }
    public bool FailVerifyRecipient { get; init; }

    public Template? ErrorsTo { get; init; }
    public ImmutableArray<Template> HeadersAdd { get; init; } = [];
    public ImmutableArray<Template> HeadersRemove { get; init; } = [];
    public Template? Transport { get; init; }
    public Template? User { get; init; }
    public Template? Group { get; init; }
    public bool InitGroups { get; init; }
    public Template? TransportHome { get; init; }
    public Template? TransportCurrent { get; init; }
    public bool RetryUsesLocalPart { get; init; }
    public bool DsnLastHop { get; init; }
    public bool DisableLogging { get; init; }
    public bool LogAsLocal { get; init; }

    public SelfRule Self { get; init; } = SelfRule.Freeze;
    public RuleList? IgnoreTargetHosts { get; init; }
    public bool PassOnTimeout { get; init; }
    public ImmutableArray<DeliveryHost> FallbackHosts { get; init; } = [];
    /// <summary>Redirect's repeat_use, which is asked before any precondition.</summary>
    public bool RepeatUse { get; init; } = true;
}

/// <summary>One "name = value" of `set`; Name without "r_".</summary>
sealed record RouterVariable(string Name, Template Value);

/// <summary>A boolean option that may be a template (more, unseen): forced failure gives the default.</summary>
sealed record RouterFlag(bool Default, Template? Value = null);

enum SelfAction { Freeze, Defer, Reroute, Pass, Fail, Send }

/// <summary>The self option. Domain is set for Reroute. RewriteHeaders is "reroute: rewrite:".</summary>
sealed record SelfRule(SelfAction Action, string Domain = "", bool RewriteHeaders = false)
{
    public static readonly SelfRule Freeze = new(SelfAction.Freeze);

    /// <summary>Null when the text is none of Exim's forms.</summary>
    public static SelfRule? Parse(string text) => text.TrimSpace() switch
    {
        "freeze" => Freeze,
        "defer" => new(SelfAction.Defer),
        "pass" => new(SelfAction.Pass),
        "fail" => new(SelfAction.Fail),
        "send" => new(SelfAction.Send),
        var t when t.StartsWith("reroute:", StringComparison.Ordinal) => Reroute(t["reroute:".Length..].TrimSpace()),
        _ => null,
    };

    static SelfRule? Reroute(string rest)
    {
        var rewrite = rest.StartsWith("rewrite:", StringComparison.Ordinal);
        if (rewrite) rest = rest["rewrite:".Length..].TrimSpace();
        return rest.Length == 0 ? null : new(SelfAction.Reroute, rest, rewrite);
    }
}
