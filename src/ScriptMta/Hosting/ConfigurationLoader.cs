using ScriptMta.Admin;
using System.Collections.Frozen;
using System.Globalization;
using ScriptMta.Acl;
using ScriptMta.Authentication;
using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Logging;
using ScriptMta.Lookups;
using ScriptMta.MailAuth;
using ScriptMta.Queue;
using ScriptMta.Reception;
using ScriptMta.Routing;
using ScriptMta.Scripting;
using ScriptMta.Smtp;
using ScriptMta.Spool;
using ScriptMta.Transports;

namespace ScriptMta.Hosting;

/// <summary>From a file to a whole configuration: reads, binds every section, and reports everything wrong in one go. Touches nothing but the files it reads.</summary>
sealed class ConfigurationLoader
{
    readonly ConfigurationDocument _document;
    readonly ProblemList _problems;
    readonly OptionReader _main;
    readonly LoadedConfiguration? _previous;
    readonly TimeProvider _clock;
    /// <summary>What dns_trust_aa is expanded in.</summary>
    RuleEnvironment? _trusting;

    ConfigurationLoader(ConfigurationDocument document, ProblemList problems, LoadedConfiguration? previous)
    {
        (_document, _problems, _previous) = (document, problems, previous);
        _main = new OptionReader(document.Main, MainOptionTable.Table, problems);
        _clock = ClockOf(_main);
    }

    /// <summary>Null when there are errors; all errors and warnings are in <paramref name="problems"/>.</summary>
    /// <param name="previous">On reload: its log goes on being written where it stays the same.</param>
    public static LoadedConfiguration? Load(SiteRequest request, ProblemList problems, LoadedConfiguration? previous = null)
    {
        var document = ConfigurationReader.Read(request.File, ReadOptionsOf(request), problems);
        return document is null ? null : new ConfigurationLoader(document, problems, previous).Load(request.PerlAtStart);
    }

    /// <summary>timezone: a name of the zone database; unset, the machine's zone.</summary>
    static TimeProvider ClockOf(OptionReader main)
    {
        if (main.Text("timezone") is not { Text.Length: > 0 } zone) return TimeProvider.System;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(zone.Text, out var found)) return new ZonedClock(TimeProvider.System, found);
        main.Error("timezone", $"there is no time zone \"{zone.Text}\" on this machine: name one of /usr/share/zoneinfo, or UTC");
        return TimeProvider.System;
    }

    /// <summary>Where the owner of the spool listens, from the main section alone; null when the file does not say it plainly.</summary>
    public static string? SpoolDirectoryOf(SiteRequest request)
    {
        var problems = new ProblemList();
        var setting = ConfigurationReader.ReadMainSetting(request.File, "spool_directory", ReadOptionsOf(request), problems);
        if (setting?.Value is not { } text || problems.HasErrors) return null;
        if (!text.Text.Contains('$') && !text.Text.Contains('\\')) return text.Text;
        using var early = new MailLog(TimeProvider.System, static _ => Console.Error, LogOptions.Default);
        return new ProvisionalContext(request.File, TimeProvider.System, early, problems).Expand(text, "spool_directory");
    }

    static ReadOptions ReadOptionsOf(SiteRequest request) => new()
    {
        Macros = MacrosOf(request), BuiltInMacros = static () => ProductMacros.All,
    };

    /// <summary>A list, and no LINQ: sendmail comes along here each time, and what has no code of its own in the runtime costs half a millisecond a method.</summary>
    static List<KeyValuePair<string, string>> MacrosOf(SiteRequest request)
    {
        var macros = new List<KeyValuePair<string, string>>();
        for (var i = 0; i < request.Macros.Count; i++) macros.Add(new(request.Macros[i].Name, request.Macros[i].Value));
        return macros;
    }

    /// <param name="perlAtStart">Null = as the option says.</param>
    LoadedConfiguration? Load(bool? perlAtStart)
    {
        using var early = new MailLog(_clock, static _ => Console.Error, LogOptions.Default);
        var provisional = new ProvisionalContext(_document.File, _clock, early, _problems);
        var settings = SiteSettings.From(_main, provisional);
        var resolver = ResolverOf(provisional);
        var environment = EnvironmentOf(settings, resolver, provisional);
        _trusting = environment;

        var pool = _previous?.Pool ?? new PeerPool(_clock);
        var hints = _previous?.Hints ?? new HintStore(_clock);
        var policies = OutgoingPolicies.From(_main, provisional, environment, hints, _clock);
        var transports = TransportDrivers.Load(_document, new(pool, ClientSection.Load(_document.Authenticators, _problems), policies.Policies.For), _problems);
        var traits = TraitsOf(_document.Transports);
        var router = RouterSection.Load(_document.Routers, DependenciesOf(traits, settings, environment, resolver), _problems);
        var reception = ReceptionRules.Load(_document, _main, environment, router, hints, new Callouts(CalloutSettings.From(_main), hints, CalloutRoutes.Of(transports), pool, CalloutRoutes.CutThrough(transports), CalloutRoutes.Quota(transports)));
        environment = reception?.Environment ?? environment;
        var queue = QueueRules.Load(_document, _main, environment, router, transports, hints);
        TemplateCheck.Run(_document, router?.Dependencies.Rewrite ?? RewriteRules.None, environment, _problems);
        NamedListCheck.Run(_document, _problems);
        if (!Pattern.UsesPcre) PatternCheck.Run(_document, _problems);
        if (perlAtStart ?? _main.Bool("perl_at_start", false)) StartPerl(environment);
        if (_problems.HasErrors || router is null || reception is null || queue is null) return null;
        return new LoadedConfiguration
        {
            Document = _document, Settings = settings, Environment = environment, Router = router, Reception = reception, Queue = queue, Admin = AdminRights.From(_main), Transports = traits, Pool = pool, Hints = hints, Policies = policies,
            Warnings = [.. _problems.All.Where(p => p.IsWarning)],
        };
    }

    /// <summary>Last, so that no Perl is started for a configuration that is not used.</summary>
    void StartPerl(RuleEnvironment environment)
    {
        if (!_problems.HasErrors && environment.Perl?.StartNow(environment) is { } error) _main.Error("perl_startup", error);
    }

    /// <summary>From the blocks, not from the transports that could be made: a broken transport must not make every router that names it an error, too.</summary>
    static Dictionary<string, TransportTraits> TraitsOf(IReadOnlyList<SettingBlock> blocks) =>
        blocks.DistinctBy(b => b.Name).ToDictionary(b => b.Name, b =>
        {
            var driver = DriverTables.DriverOf(b) ?? "";
            return new TransportTraits(b.Name, driver, IsLocal: driver != "smtp", HasHosts: b.Settings.Any(s => s.Name == "hosts"));
        }, StringComparer.Ordinal);

    RoutingDependencies DependenciesOf(Dictionary<string, TransportTraits> traits, SiteSettings settings, RuleEnvironment environment, IDnsResolver resolver) => new()
    {
        Transports = traits,
        Scripts = environment.Scripts as ScriptEnginePool,
        Hosts = new HostResolver(resolver, Dns.HostsFile.OfMachine, Random.Shared),
        AddressRules = settings.AddressRules,
        Rewrite = RewriteRules.Load(_document.Rewrite, _problems),
        AddressOrder = _main.Bool("disable_ipv6", false) ? AddressOrder.IPv4Only : AddressOrder.IPv6First,
        AllowMxToIp = _main.Bool("allow_mx_to_ip", false),
        PercentHackDomains = _main.List("percent_hack_domains", RuleList.Domains),
        HostsTreatedAsLocal = _main.List("hosts_treat_as_local", RuleList.Domains),
    };

    Resolver ResolverOf(ProvisionalContext provisional)
    {
        if (!NameServers.TryLoad(provisional.Expand(_main, "dns_servers"), Environment.GetEnvironmentVariable, out var options, out var error))
            _problems.Error(_main.PlaceOf("dns_servers"), error);
        return new Resolver(options with
        {
            TryTimeout = _main.Time("dns_retrans", TimeSpan.Zero) is var retrans && retrans > TimeSpan.Zero ? retrans : options.TryTimeout,
            Tries = (int)_main.Int("dns_retry", 0) is var retry and > 0 ? retry : options.Tries,
            UseEdns = _main.Int("dns_use_edns0", -1) != 0,
            DnssecOk = _main.Int("dns_dnssec_ok", -1) > 0,
            Dnssec = _main.Int("dns_dnssec_ok", -1) != 0,
            TrustsAuthority = _main.List("dns_trust_aa", RuleList.Domains) is { } zones ? zone => _trusting is { } rules && zones.MatchDomain(zone, new ExpansionContext { Environment = rules }).Match.IsYes : null,
        }, _clock);
    }

    /// <summary>Those of chapters after Lookups.</summary>
    public static ILookup[] LaterLookups() => [new SpfLookup()];

    RuleEnvironment EnvironmentOf(SiteSettings settings, IDnsResolver resolver, ProvisionalContext provisional) => new()
    {
        Clock = _clock,
        PrimaryHostname = settings.PrimaryHostname,
        QualifyDomain = settings.QualifyDomain,
        QualifyRecipient = settings.QualifyRecipient,
        SpoolDirectory = settings.SpoolDirectory,
        ConfigFile = _document.File,
        Dns = resolver,
        Log = LogOf(settings),
        NamedLists = _document.NamedLists.ToFrozenDictionary(l => (l.Kind, l.Name)),
        Lookups = LookupTypes.All(DatabaseOptions.From(_main), CsaSearch.From(_main), LaterLookups()),
        Scripts = ScriptsOf(settings),
        SaslauthdSocket = _main.Text("saslauthd_socket")?.Text ?? SaslauthdCondition.DefaultSocket,
        Perl = PerlOptions.From(_main) is { } perl ? new(perl) : null,
        FindLocalAddresses = SiteSettings.LocalAddresses,
        Settings = SettingTexts(),
        NeverUsers = NeverUsers(provisional),
        HostLookupOrder = HostLookupOrder.From(_main),
        StrictAclVariables = _main.Bool("strict_acl_vars", false),
        KeptEnvironment = KeptEnvironment.Of(_main, provisional.Context()),
    };

    /// <summary>A name that is not there is an error: it might be the misspelt name of someone who matters.</summary>
    FrozenSet<uint> NeverUsers(ProvisionalContext provisional)
    {
        var ids = new HashSet<uint>();
        foreach (var name in provisional.ExpandList(_main, "never_users"))
            if (UserId(name) is { } id) ids.Add(id);
            else _main.Error("never_users", $"user {name} was not found");
        return ids.ToFrozenSet();
    }

    static uint? UserId(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : Users.ByName(text)?.Uid;

    /// <summary>What variables print of the main section: each option that is set, as written, and who we are.</summary>
    FrozenDictionary<string, string> SettingTexts()
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal) { ["exim_uid"] = $"{Users.geteuid()}", ["exim_gid"] = $"{Users.getegid()}" };
        foreach (var setting in _document.Main.Settings)
            texts[setting.Name.StartsWith("no_", StringComparison.Ordinal) ? setting.Name[3..] : setting.Name] =
                setting.Value?.Text ?? (setting.Name.StartsWith("no_", StringComparison.Ordinal) ? "false" : "true");
        return texts.ToFrozenDictionary(StringComparer.Ordinal);
    }

    ScriptEnginePool? ScriptsOf(SiteSettings settings)
    {
        if (settings.ScriptFiles.Count == 0 || ScriptOptions.From(_main) is not { } options) return null;
        return ScriptEnginePool.Load(options with { Files = settings.ScriptFiles }, _document.File, _problems, _main.PlaceOf("js_files"));
    }

    MailLog LogOf(SiteSettings settings)
    {
        return _previous is not null && _previous.Settings.Log.AsWritten == settings.Log.AsWritten ? _previous.Environment.Log : settings.Log.Open(_clock);
    }
}
