using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Reception;

/// <summary>hosts_proxy and hosts_xclient: which hosts speak for clients of theirs (Exim chapter 59).</summary>
sealed record ProxyOptions
{
    public static readonly ProxyOptions None = new();

    public RuleList? Hosts { get; init; }
    /// <summary>3 seconds: a proxy sends its header at once.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(3);
    public RuleList? XclientHosts { get; init; }

    public static ProxyOptions From(OptionReader main) => new()
    {
        Hosts = main.List("hosts_proxy", RuleList.Hosts),
        Patience = main.Time("proxy_protocol_timeout", None.Patience),
        XclientHosts = main.List("hosts_xclient", RuleList.Hosts),
    };
}
