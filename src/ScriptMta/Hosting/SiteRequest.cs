namespace ScriptMta.Hosting;

/// <summary>Which configuration to load: an absolute path and the -D macros in order. Kept by a daemon for SIGHUP.</summary>
sealed record SiteRequest(string File, IReadOnlyList<(string Name, string Value)> Macros)
{
    /// <summary>-ps or -pd; null = as perl_at_start says.</summary>
    public bool? PerlAtStart { get; init; }
}
