using System.Collections.Immutable;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Routing;

/// <summary>The private options of redirect (Exim 22.10). Exactly one of Data and File is set.</summary>
sealed record RedirectOptions
{
    public Template? Data { get; init; }
    public Template? File { get; init; }
    public RedirectFileRules FileRules { get; init; } = new();

    public Template? FileTransport { get; init; }
    public Template? DirectoryTransport { get; init; }
    public Template? PipeTransport { get; init; }
    public Template? ReplyTransport { get; init; }

    public bool AllowFail { get; init; }
    public bool AllowDefer { get; init; }
    public bool AllowFilter { get; init; }
    public bool AllowFreeze { get; init; }
    public bool ForbidBlackhole { get; init; }
    public bool ForbidEximFilter { get; init; }
    public bool ForbidSieveFilter { get; init; }
    public bool ForbidFile { get; init; }
    public bool ForbidPipe { get; init; }
    public bool ForbidReply { get; init; }
    public bool ForbidInclude { get; init; }
    public bool ForbidSmtpCode { get; init; }
    /// <summary>The expansion items that a filter may not use, by Exim's option name (forbid_filter_run …).</summary>
    public ImmutableHashSet<string> ForbiddenInFilters { get; init; } = [];
    public bool FilterPrependHome { get; init; } = true;

    public string? IncludeDirectory { get; init; }
    public bool CheckAncestor { get; init; }
    public bool HideChild { get; init; }
    public Template? QualifyDomain { get; init; }
    public bool QualifyPreserveDomain { get; init; }
    public bool Rewrite { get; init; } = true;
    public bool SkipSyntaxErrors { get; init; }
}

/// <summary>What a redirection file must be like. Owners and Groups are in addition to the local user's own.</summary>
sealed record RedirectFileRules
{
    public bool CheckOwner { get; init; }
    public bool CheckGroup { get; init; }
    public ImmutableArray<uint> Owners { get; init; } = [];
    public ImmutableArray<uint> Groups { get; init; } = [];
    /// <summary>Exim's default: group and others must not be able to write it.</summary>
    public uint ModeMask { get; init; } = 0b010_010;
    public bool IgnoreAccessDenied { get; init; }
    public bool IgnoreNotDirectory { get; init; }
}
