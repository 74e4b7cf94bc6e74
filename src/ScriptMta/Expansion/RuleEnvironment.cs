using System.Collections.Frozen;
using ScriptMta.Dns;
using ScriptMta.Language;
using ScriptMta.Logging;

namespace ScriptMta.Expansion;

/// <summary>What stays the same for all expansions of one loaded configuration.</summary>
sealed record RuleEnvironment
{
    public required TimeProvider Clock { get; init; }
    public required string PrimaryHostname { get; init; }
    public required string QualifyDomain { get; init; }
    public required string QualifyRecipient { get; init; }
    public string SpoolDirectory { get; init; } = "";
    public string ConfigFile { get; init; } = "";
    public required IDnsResolver Dns { get; init; }
    public required MailLog Log { get; init; }
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Named lists by kind and name; the text is parsed at first use.</summary>
    public FrozenDictionary<(NamedListKind Kind, string Name), NamedList> NamedLists { get; init; } = FrozenDictionary<(NamedListKind, string), NamedList>.Empty;

    /// <summary>Lookup types by name (lsearch, dsearch …); empty = none built in.</summary>
    public FrozenDictionary<string, ILookup> Lookups { get; init; } = FrozenDictionary<string, ILookup>.Empty;

    /// <summary>JavaScript; null when no js_files are set.</summary>
    public IScriptFunctions? Scripts { get; init; }

    /// <summary>Perl; null when perl_startup is unset.</summary>
    public PerlInterpreter? Perl { get; init; }

    /// <summary>saslauthd_socket: where saslauthd listens.</summary>
    public string SaslauthdSocket { get; init; } = SaslauthdCondition.DefaultSocket;

    /// <summary>The program that is started for a pam condition: ourselves.</summary>
    public string PamProgram { get; init; } = System.Environment.ProcessPath ?? "";
    /// <summary>Where the files of PAM services are; empty = the system's place.</summary>
    public string PamDirectory { get; init; } = "";
    /// <summary>Null = the condition's own.</summary>
    public TimeSpan? PamTimeLimit { get; init; }

    /// <summary>Where the name of a client is looked for, in this order (host_lookup_order).</summary>
    public IReadOnlyList<HostNameSource> HostLookupOrder { get; init; } = Expansion.HostLookupOrder.Default;
    /// <summary>strict_acl_vars: an ACL variable that is not set is an error.</summary>
    public bool StrictAclVariables { get; init; }

    /// <summary>Runs a named ACL for ${acl{name}{args}} and the acl condition; set by Acl. Accept gives Ok with the ACL's message, deny a forced failure whose Error is the message (or empty).</summary>
    public Func<string, IReadOnlyList<Value>, ExpansionContext, Expanded>? RunAcl { get; init; }

    /// <summary>Main options that variables print: name → value, by Exim's variable name.</summary>
    public FrozenDictionary<string, string> Settings { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>What keep_environment and add_environment leave of the environment, for ${env; null = all of this process's.</summary>
    public IReadOnlyDictionary<string, string>? KeptEnvironment { get; init; }

    /// <summary>never_users, as user ids: no delivery runs as one of these.</summary>
    public IReadOnlySet<uint> NeverUsers { get; init; } = FrozenSet<uint>.Empty;

    /// <summary>Addresses of this machine's interfaces, for @[] in lists and self checks.</summary>
    public IReadOnlyList<System.Net.IPAddress> LocalAddresses { get => _localAddresses.Value; init => _localAddresses = new(value); }

    /// <summary>Looked for when first asked: most commands never ask, and going through the interfaces takes milliseconds.</summary>
    public Func<IReadOnlyList<System.Net.IPAddress>> FindLocalAddresses { init => _localAddresses = new(value); }

    readonly Lazy<IReadOnlyList<System.Net.IPAddress>> _localAddresses = new(static () => []);
}
