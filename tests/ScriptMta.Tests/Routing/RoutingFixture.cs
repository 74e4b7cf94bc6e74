using System.Collections.Frozen;
using System.Net;
using ScriptMta.Common.Posix;
using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Logging;
using ScriptMta.Lookups;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Scripting;
using ScriptMta.Tests.Dns;

namespace ScriptMta.Tests.Routing;

/// <summary>A configuration in the test, its routers loaded, a fake DNS and user table round it. A directory of its own is deleted at the end.</summary>
sealed class RoutingFixture : IDisposable
{
    /// <summary>The transports that most tests need: smtp is remote, local, afile, adir, apipe and areply are not.</summary>
    const string Transports = """

        begin transports
        smtp:
          driver = smtp
        smtph:
          driver = smtp
          hosts = 192.0.2.99
        local:
          driver = appendfile
          file = /var/mail/x
        archive:
          driver = appendfile
          file = /var/mail/archive
        afile:
          driver = appendfile
        apipe:
          driver = pipe
        areply:
          driver = autoreply
        """;

    public const string Main = """
        primary_hostname = mail.example.org
        qualify_domain = example.org
        never_users =
        keep_environment =

        """;

    const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("scriptmta-routing-");
    readonly StringWriter _log = new();
    readonly Dictionary<string, UnixUser> _users = new(StringComparer.Ordinal);

    public string Directory => _directory.FullName;
    public FakeDns Dns { get; } = new();
    public ScriptMta.Dns.HostsFile? HostsFile { get; set; }
    public ProblemList Problems { get; } = new();
    public TraceRecorder Trace { get; } = new();
    public string Log => _log.ToString();
    public string Text { get; private set; } = "";
    public MailAddress Sender { get; set; } = new("sender", "example.org");
    public ScriptEnginePool? Scripts { get; init; }
    public List<IPAddress> LocalAddresses { get; } = [IPAddress.Loopback, IPAddress.IPv6Loopback];
    public ConfigurationDocument Document { get; private set; } = null!;
    public RoutingDependencies Dependencies { get; private set; } = null!;
    public AddressRouter? Router { get; private set; }

    /// <summary>DIR in the text stands for the fixture's directory.</summary>
    public static RoutingFixture Of(string routers, string main = "", ScriptEnginePool? scripts = null)
    {
        var fixture = new RoutingFixture { Scripts = scripts };
        File.SetUnixFileMode(fixture.Directory, Everybody); // Exim reads files as the recipient
        fixture.Load(routers, main);
        return fixture;
    }

    public RoutingFixture Load(string routers, string main = "")
    {
        Text = (Main + main + "\nbegin routers\n" + routers + Transports).Replace("DIR", Directory, StringComparison.Ordinal);
        Document = ConfigurationReader.ReadText(Text, "test.conf", new ReadOptions(), Problems);
        Dependencies = new()
        {
            Transports = Document.Transports.ToDictionary(t => t.Name, Traits, StringComparer.Ordinal),
            Scripts = Scripts,
            Hosts = new HostResolver(Dns, HostsFile, new Random(1)),
            Rewrite = RewriteRules.Load(Document.Rewrite, Problems),
            UserByName = name => _users.GetValueOrDefault(name) ?? Users.ByName(name),
        };
        Router = RouterSection.Load(Document.Routers, Dependencies, Problems);
        return this;
    }

    static TransportTraits Traits(SettingBlock block)
    {
        var driver = DriverTables.DriverOf(block) ?? "";
        return new(block.Name, driver, IsLocal: driver != "smtp", HasHosts: block.Settings.Any(s => s.Name == "hosts"));
    }

    public RoutingFixture WithFile(string name, string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead)
    {
        var path = Path.Combine(Directory, name);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, mode);
        return this;
    }

    /// <summary>An account whose files are those of whoever runs the tests; its home is below the fixture's directory.</summary>
    public RoutingFixture WithUser(string name, uint? uid = null)
    {
        var home = Path.Combine(Directory, "home", name);
        System.IO.Directory.CreateDirectory(home);
        _users[name] = new(name, uid ?? Users.geteuid(), Users.getegid(), name, home, "/bin/sh");
        return this;
    }

    public ExpansionContext Context() => new()
    {
        Environment = new RuleEnvironment
        {
            Clock = TimeProvider.System,
            PrimaryHostname = "mail.example.org",
            QualifyDomain = "example.org",
            QualifyRecipient = "example.org",
            Dns = Dns,
            Log = new MailLog(TimeProvider.System, _ => _log, LogOptions.Default),
            NamedLists = Document.NamedLists.ToFrozenDictionary(l => (l.Kind, l.Name)),
            Lookups = LookupTypes.All(),
            LocalAddresses = LocalAddresses,
            Scripts = Scripts,
        },
        Message = new MessageFacts { Sender = Sender, Headers = HeaderSection.Empty },
        Trace = Trace,
    };

    AddressRouter Loaded => Router ?? throw new InvalidOperationException(string.Join("\n", Problems.All));

    public RoutingResult Route(RoutingPurpose purpose, params string[] addresses) =>
        Wait(Loaded.RouteAsync([.. addresses.Select(a => new RoutedAddress { Address = MailAddress.Split(a) })], Context(), purpose, FrozenSet<string>.Empty, CancellationToken.None));

    public RoutingResult Deliver(params string[] addresses) => Route(RoutingPurpose.Delivery, addresses);

    public VerifyOutcome Verify(string address, RoutingPurpose purpose = RoutingPurpose.VerifyRecipient) =>
        Wait(Loaded.VerifyAsync(MailAddress.Split(address), Context(), purpose, CancellationToken.None));

    public PrintedRoute BtPrinted(string address, ISet<string>? shown = null)
    {
        var given = MailAddress.Split(address.Contains('@') ? address : address + "@example.org");
        var rewritten = Loaded.Rewritten(given, Context(), RoutingPurpose.AddressTest);
        return RoutePrinter.Rewritten(given, rewritten, RoutePrinter.AddressTest(Route(RoutingPurpose.AddressTest, rewritten.ToString()), Dependencies.Transports, shown));
    }

    public PrintedRoute BvPrinted(string address)
    {
        var outcome = Verify(address);
        return RoutePrinter.Rewritten(MailAddress.Split(address.Contains('@') ? address : address + "@example.org"), outcome.Address, RoutePrinter.Verification(outcome.Address.ToString(), outcome));
    }

    /// <summary>What -bt prints for the address.</summary>
    public string Bt(string address) => BtPrinted(address).Text;

    /// <summary>Multi-line texts in full, where Assert.Equal would cut them.</summary>
    public static void Same(string expected, string actual)
    {
        if (expected != actual) Assert.Fail($"expected:\n{expected}\nactual:\n{actual}");
    }

    /// <summary>The one outcome of the one address, when it is to be delivered.</summary>
    public PlannedDelivery Planned(string address) =>
        Assert.Single(Deliver(address).Outcomes.OfType<AddressOutcome.Deliver>()).Delivery;

    public static T Wait<T>(ValueTask<T> task) => task.AsTask().WaitAsync(TimeSpan.FromSeconds(30)).GetAwaiter().GetResult();

    public void Dispose() => _directory.Delete(recursive: true);
}
