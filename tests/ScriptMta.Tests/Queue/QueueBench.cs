using System.Collections.Immutable;
using System.Text;
using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Logging;
using ScriptMta.Mail;
using ScriptMta.Queue;
using ScriptMta.Routing;
using ScriptMta.Smtp;
using ScriptMta.Spool;
using ScriptMta.Tests.Dns;
using ScriptMta.Tests.Spool;
using ScriptMta.Transports;

namespace ScriptMta.Tests.Queue;

/// <summary>A whole queue from configuration text on a real spool, with a clock that the test moves. DIR in the text is a folder of the test's own.</summary>
sealed class QueueBench : IAsyncDisposable
{
    readonly StringWriter _log = new();
    readonly PeerPool _pool = new(TimeProvider.System);
    QueueRules _rules;
    readonly ScriptMta.Reception.MachineState? _machine;
    readonly MessageIdSource _ids;
    string _spoolFolder = "/spool";
    ISpool? _spool;
    HintStore? _hints;

    public QueueBench(string configuration, string zone = "", ScriptMta.Reception.MachineState? machine = null)
    {
        _machine = machine;
        Directory = System.IO.Directory.CreateTempSubdirectory("scriptmta-queue-").FullName;
        System.IO.Directory.CreateDirectory(Directory + "/mail");
        Environment = new()
        {
            Clock = Clock, PrimaryHostname = "mx.test.org", QualifyDomain = "test.org", QualifyRecipient = "test.org", Dns = new FakeDns(zone),
            Log = new MailLog(Clock, _ => TextWriter.Synchronized(_log), LogOptions.Default),
        };
        _ids = new(Clock, 4242);
        _rules = Load(configuration.Replace("DIR", Directory));
        Open();
    }

    public string Directory { get; }
    public FaultyDisk Disk { get; } = new();
    public ManualClock Clock { get; } = new();
    public RuleEnvironment Environment { get; }
    public MailQueue Queue { get; private set; } = null!;
    public ISpool Spool => _spool!;
    public IReadOnlyList<RetryEntry> Hints() => _rules.Retries.All();
    /// <summary>"KEY ERRNO text; next in MINUTES" of every hint, with a * when it is past its last cutoff.</summary>
    public IEnumerable<string> Retries => _rules.Retries.All().Select(e => $"{e.Key} {e.Record.Failure.Errno} {e.Record.Failure.Text}; next in {(e.Record.NextTry - Clock.GetUtcNow()).TotalMinutes:0}{(e.Record.Expired ? " *" : "")}");

    /// <summary>Log lines without time and id, in order.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log) return [.. _log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[20..]).Select(l => MessageId.TryParse(l.Split(' ')[0], out _) ? l[24..] : l)];
        }
    }

    QueueRules Load(string text)
    {
        var problems = new ProblemList();
        var document = ConfigurationReader.ReadText(text, "test.conf", new(), problems);
        var main = new OptionReader(document.Main, MainOptionTable.Table, problems);
        var transports = TransportDrivers.Load(document, new(_pool, ScriptMta.Authentication.ClientSection.Load(document.Authenticators, new())), problems);
        var router = RouterSection.Load(document.Routers, new()
        {
            Transports = transports.ToDictionary(t => t.Key, t => new TransportTraits(t.Key, t.Value.Options.Driver, t.Value.Options.IsLocal, HasHosts: true)),
            Hosts = new HostResolver(Environment.Dns, null, new Random(1)),
            Rewrite = RewriteRules.Load(document.Rewrite, problems),
        }, problems);
        var rules = router is null ? null : QueueRules.Load(document, main, Environment, router, transports);
        Assert.Empty(problems.All.Where(p => !p.IsWarning).Select(p => p.ToString()));
        return rules!;
    }

    void Open()
    {
        _spool = JournalSpool.OpenAsync(new() { Directory = Directory + _spoolFolder }, Disk, TimeProvider.System, CancellationToken.None).AsTask().Result;
        _hints = new HintStore(Clock);
        _hints.Keep(Directory + "/hints", new PosixSpoolFiles(), static trouble => Assert.Fail(trouble));
        _rules = _rules with { Retries = new RetryHints(_hints) };
        Queue = new(_spool, () => _rules, _ids, _machine);
    }

    /// <summary>The daemon ends and another one begins on the same spool.</summary>
    public async Task RestartAsync(bool everything = true)
    {
        await Queue.DisposeAsync();
        _hints?.Dispose();
        await Spool.DisposeAsync();
        Open();
        Queue.Start(everything);
    }

    /// <summary>As after kill -9: another daemon finds the spool's files as they are at this moment.</summary>
    public async Task CrashAsync()
    {
        var (from, to) = (Directory + _spoolFolder, Directory + _spoolFolder + "-after");
        foreach (var folder in System.IO.Directory.GetDirectories(from, "*", SearchOption.AllDirectories)) System.IO.Directory.CreateDirectory(folder.Replace(from, to));
        foreach (var file in System.IO.Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith("/lock", StringComparison.Ordinal)))
            File.Copy(file, file.Replace(from, to));
        _spoolFolder += "-after";
        await RestartAsync();
    }

    public async Task<MessageId> SendAsync(string sender, params string[] recipients) => await CommitAsync(sender, "Subject: s\n", "body\r\n", default, recipients);

    public Task<MessageId> CommitAsync(string sender, string headers, string body, NewMessageState state, params string[] recipients) =>
        CommitAsync(sender, headers, body, state, ImmutableDictionary<string, string>.Empty, [.. recipients.Select(r => new Recipient(MailAddress.Split(r)))]);

    public async Task<MessageId> CommitAsync(string sender, string headers, string body, NewMessageState state, ImmutableDictionary<string, string> facts, params Recipient[] recipients)
    {
        var id = _ids.Next();
        await using var draft = Spool.Begin(id);
        await draft.AppendAsync(Encoding.Latin1.GetBytes(body), CancellationToken.None);
        var envelope = new Envelope { Id = id, Sender = MailAddress.Split(sender), Recipients = [.. recipients], ReceivedAt = Clock.GetUtcNow(), Facts = facts };
        await Spool.CommitAsync(envelope, HeaderParser.Parse(headers, HeaderLimits.Default).Headers, draft, state, CancellationToken.None);
        return id;
    }

    public async Task IdleAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(100)); // a thousand syncs on a busy disk
        await Queue.WhenIdleAsync(limit.Token);
    }

    /// <summary>Time passes, what is due runs.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        Clock.Advance(time);
        await IdleAsync();
    }

    public string Mailbox(string name) => File.Exists($"{Directory}/mail/{name}") ? Encoding.Latin1.GetString(File.ReadAllBytes($"{Directory}/mail/{name}")) : "";
    public int Copies(string name) => Mailbox(name).Split("\nSubject: s\n").Length - 1 + (Mailbox(name).StartsWith("Subject: s\n", StringComparison.Ordinal) ? 1 : 0);

    public async ValueTask DisposeAsync()
    {
        await Queue.DisposeAsync();
        _hints?.Dispose();
        await Spool.DisposeAsync();
        await _pool.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
