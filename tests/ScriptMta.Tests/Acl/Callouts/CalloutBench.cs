using System.Net;
using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Hosting;
using ScriptMta.Language;
using ScriptMta.Reception;
using ScriptMta.Spool;
using ScriptMta.Tests.Reception.Dialogues;
using ScriptMta.Tests.Spool;

namespace ScriptMta.Tests.Acl.Callouts;

/// <summary>One configuration whose remote.example is at a scripted mail server; sessions against it make callouts, and remember them in one store.</summary>
sealed class CalloutBench : IAsyncDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    readonly TemporaryDirectory _directory = new();
    readonly LoadedConfiguration _configuration;
    readonly TimeProvider _clock;

    /// <param name="transport">More options of the smtp transport.</param>
    public CalloutBench(string acl, string[] script, string main = "", string transport = "", TimeProvider? clock = null)
    {
        _clock = clock ?? TimeProvider.System;
        Peer = new(script);
        Hints = new(_clock);
        System.IO.Directory.CreateDirectory(Path.Combine(_directory.Path, "spool"));
        var file = Path.Combine(_directory.Path, "test.conf");
        File.WriteAllText(file, Configuration(acl, main, transport));
        var problems = new ProblemList();
        _configuration = ConfigurationLoader.Load(new SiteRequest(file, []), problems) ?? throw new FormatException(string.Join('\n', problems.All));
    }

    public ScriptedPeer Peer { get; }
    public HintStore Hints { get; set; }
    public List<string> Log { get; } = [];
    public string Directory => _directory.Path;

    /// <summary>What the client is answered to its recipients.</summary>
    public async Task<string> SayAsync(string sender, params string[] recipients)
    {
        var lines = string.Concat(["EHLO client.example\r\n", $"MAIL FROM:<{sender}>\r\n", .. recipients.Select(static r => $"RCPT TO:<{r}>\r\n"), "QUIT\r\n"]);
        using var output = new MemoryStream();
        using var client = new PacedClient(Latin1.Encode(lines), output, Pace.Whole);
        var trial = new SessionTrial(IPAddress.Parse("192.0.2.1"), 0, new Dictionary<string, string>(), line =>
        {
            if (line.StartsWith("LOG: ", StringComparison.Ordinal)) Log.Add(line[5..].TrimEnd());
        }) { MakesCallouts = true };
        using var limit = new CancellationTokenSource(Limit);
        await TrialSession.RunAsync(Rules(), trial, client.Stream, client.Stream, limit.Token);
        var answers = Latin1.Decode(output.ToArray()).Replace("\r\n", "\n", StringComparison.Ordinal);
        return string.Join('\n', answers.Split('\n').SkipWhile(static l => l != "250 HELP").Skip(2).TakeWhile(static l => !l.StartsWith("221 ", StringComparison.Ordinal)));
    }

    public async ValueTask DisposeAsync()
    {
        await Peer.DisposeAsync();
        await _configuration.Pool.DisposeAsync();
        Hints.Dispose();
        _directory.Dispose();
    }

    ReceptionRules Rules()
    {
        var (rules, acls) = (_configuration.Reception, _configuration.Reception.Acls);
        var callouts = acls.Callouts! with { Hints = Hints };
        var runner = new AclRunner(acls.Set, acls.Router) { Hints = Hints, Callouts = callouts, ReturnErrorDetails = acls.ReturnErrorDetails };
        return rules with { Acls = runner, Environment = rules.Environment with { Clock = _clock, RunAcl = runner.Expand } };
    }

    string Configuration(string acl, string main, string transport) => $"""
        primary_hostname = mail.test.example
        qualify_domain = test.example
        spool_directory = {_directory.Path}/spool
        log_file_path = {_directory.Path}/%slog
        acl_smtp_rcpt = check
        callout_random_local_part = nobody
        tls_advertise_hosts =
        keep_environment =
        {main}
        begin acl
        check:
          {acl}
        begin routers
        remote:
          driver = accept
          domains = remote.example
          transport = smtp
        local:
          driver = redirect
          data = :blackhole:
        begin transports
        smtp:
          driver = smtp
          hosts = 127.0.0.1
          port = {Peer.Port}
          allow_localhost
          {transport}
        """;
}
