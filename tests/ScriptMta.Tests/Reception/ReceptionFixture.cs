using System.Collections.Frozen;
using System.Net;
using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Logging;
using ScriptMta.Lookups;
using ScriptMta.Mail;
using ScriptMta.Reception;
using ScriptMta.Routing;
using ScriptMta.Scripting;
using ScriptMta.Smtp;
using ScriptMta.Spool;
using ScriptMta.Tests.Dns;
using ScriptMta.Tests.Spool;
using ScriptMta.Transports;

namespace ScriptMta.Tests.Reception;

/// <summary>A configuration that stands in the test, with a journal in a temporary folder, a fake DNS and a log that can be read. Clients come from 192.0.2.5 unless they use TCP.</summary>
sealed class ReceptionFixture : IAsyncDisposable
{
    const string Main = """
        primary_hostname = mx.test.example
        qualify_domain = qd.example

        """;

    readonly TemporaryDirectory _directory = new();
    readonly Dictionary<LogFile, StringWriter> _logs = Enum.GetValues<LogFile>().ToDictionary(f => f, _ => new StringWriter());

    readonly PeerPool _pool = new(TimeProvider.System);

    ReceptionFixture(TimeProvider clock) => Clock = clock;

    public TimeProvider Clock { get; }
    public FakeDns Dns { get; } = new();
    public ProblemList Problems { get; } = new();
    public ReceptionRules Rules { get; private set; } = null!;
    public ISpool Spool { get; private set; } = null!;
    public MessageIdSource Ids { get; private set; } = null!;
    public string Directory => _directory.Path;
    /// <summary>What sessions take for the machine.</summary>
    public MachineState Machine { get; set; } = MachineState.Own;

    public static async Task<ReceptionFixture> OfAsync(string configuration, TimeProvider? clock = null, string logSelectors = "", Action<ReceptionFixture>? prepare = null, Func<LogOptions, LogOptions>? logOptions = null)
    {
        var fixture = new ReceptionFixture(clock ?? new ManualClock());
        prepare?.Invoke(fixture);
        fixture.Load(configuration, logSelectors, logOptions);
        Assert.True(fixture.Rules is not null, string.Join('\n', fixture.Problems.All));
        var options = new SpoolOptions { Directory = Path.Combine(fixture.Directory, "spool"), SegmentSize = 1 << 20 };
        fixture.Spool = await JournalSpool.OpenAsync(options, new PosixSpoolFiles(), TimeProvider.System, CancellationToken.None);
        fixture.Ids = new(fixture.Clock, 42);
        return fixture;
    }

    /// <summary>Only reads the configuration: its problems are what the test looks at.</summary>
    public static ReceptionFixture Read(string configuration)
    {
        var fixture = new ReceptionFixture(new ManualClock());
        fixture.Load(configuration, "");
        return fixture;
    }

    public string Log(LogFile file = LogFile.Main) => _logs[file].ToString();

    /// <summary>The messages in the spool with their bodies, oldest first.</summary>
    public async Task<List<(StoredMessage Message, string Body)>> StoredAsync()
    {
        var all = new List<(StoredMessage, string)>();
        foreach (var entry in Spool.Entries())
        {
            var message = await Spool.ReadAsync(entry.Id, CancellationToken.None);
            await using var body = await Spool.OpenBodyAsync(entry.Id, CancellationToken.None);
            using var bytes = new MemoryStream();
            await body.CopyToAsync(bytes);
            all.Add((message!, Latin1.Decode(bytes.ToArray())));
        }
        return all;
    }

    /// <summary>A client of a session that runs until it ends by itself.</summary>
    /// <param name="prepare">What is known of the client before it has said anything.</param>
    public TestClient Connect(string address = "192.0.2.5", Action<SmtpSession>? prepare = null) => TestClient.Start(this, new(IPAddress.Parse(address), 4711), prepare);

    /// <summary>As a reload does.</summary>
    public void Replace(ReceptionRules rules) => Rules = rules;

    public ExpansionContext Context() => new() { Environment = Rules.Environment };

    public async ValueTask DisposeAsync()
    {
        if (Spool is not null) await Spool.DisposeAsync();
        await _pool.DisposeAsync();
        _directory.Dispose();
    }

    void Load(string configuration, string logSelectors, Func<LogOptions, LogOptions>? logOptions = null)
    {
        var document = ConfigurationReader.ReadText(Main + configuration.Replace("DIR", Directory, StringComparison.Ordinal), "test.conf", new ReadOptions(), Problems);
        var main = new OptionReader(document.Main, MainOptionTable.Table, Problems);
        var selectors = LogOptions.Default.Selectors.Concat(logSelectors.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToHashSet(StringComparer.Ordinal);
        var environment = new RuleEnvironment
        {
            Clock = Clock, PrimaryHostname = "mx.test.example", QualifyDomain = "qd.example", QualifyRecipient = "qd.example", Dns = Dns, SpoolDirectory = Directory,
            Log = new MailLog(Clock, file => _logs[file], logOptions is null ? new(selectors) : logOptions(new(selectors))),
            NamedLists = document.NamedLists.ToFrozenDictionary(l => (l.Kind, l.Name)), Lookups = LookupTypes.All(),
            Scripts = ScriptEnginePool.Load(main, Path.Combine(Directory, "test.conf")),
        };
        var dependencies = new RoutingDependencies
        {
            Transports = document.Transports.ToDictionary(t => t.Name, t => new TransportTraits(t.Name, "appendfile", true, false), StringComparer.Ordinal), UserByName = Users.ByName, Hosts = new(Dns, null, new Random(1)),
            Rewrite = RewriteRules.Load(document.Rewrite, Problems),
        };
        var router = RouterSection.Load(document.Routers, dependencies, Problems);
        var hints = new HintStore(environment.Clock);
        var transports = TransportDrivers.Load(document, new(_pool, ScriptMta.Authentication.ClientSection.Load(document.Authenticators, new())), new());
        var callouts = new Callouts(CalloutSettings.From(main), hints, CalloutRoutes.Of(transports), _pool, CalloutRoutes.CutThrough(transports), CalloutRoutes.Quota(transports));
        if (router is not null) Rules = ReceptionRules.Load(document, main, environment, router, hints, callouts)!;
        // STARTTLS is offered where the test says so: most look at what EHLO is answered.
        if (Rules is not null && !configuration.Contains("tls_", StringComparison.Ordinal))
            Rules = Rules with { Options = Rules.Options with { Tls = Rules.Options.Tls with { AdvertiseHosts = RuleList.Hosts(new("", document.Main.At)) } } };
    }
}
