using System.Net;
using ScriptMta.Common;
using ScriptMta.Hosting;
using ScriptMta.Language;
using ScriptMta.Logging;
using ScriptMta.Mail;
using ScriptMta.Network;
using ScriptMta.Reception;
using ScriptMta.Spool;
using ScriptMta.Tests.Dns;

namespace ScriptMta.Tests.Reception.Dialogues;

/// <summary>Runs a session with our own program, in this process: -bh as the command does it, and -bs with a spool in the folder.</summary>
static class OwnAnswers
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task<DialogueAnswers> OfAsync(DialogueSession session, Pace pace)
    {
        using var dns = new ZoneServer(string.Join('\n', session.Site.Zone), forPrograms: true);
        await using var peer = session.Site.Peer is { } script ? new ScriptedPeer(script) : null;
        using var folder = new DialogueFolder(session.Site, peer?.Port ?? 0, $"dns_servers = {dns.EndPoint}", "dns_retrans = 2s", "dns_retry = 1");
        var problems = new ProblemList();
        var configuration = ConfigurationLoader.Load(new SiteRequest(folder.Configuration, []), problems);
        Assert.True(configuration is not null, $"{session}: we do not take this configuration:\n{string.Join('\n', problems.All)}");
        using var output = new MemoryStream();
        var log = new List<string>();
        using var limit = new CancellationTokenSource(Limit);
        using var client = new PacedClient(session.Bytes(folder.Path), output, pace);
        await client.Shaken.WaitAsync(Limit);
        var run = session.IsLocal ? LocalAsync(configuration, session, folder, client.Stream, log, limit.Token) : TrialAsync(configuration, session, client.Stream, log, limit.Token);
        await run.WaitAsync(Limit);
        await client.FinishAsync();
        return DialogueAnswers.Of(Latin1.Decode(output.ToArray()), [.. log, .. peer is null ? [] : await peer.AllHeardAsync()], folder.Path);
    }

    static async Task TrialAsync(LoadedConfiguration configuration, DialogueSession session, Stream stream, List<string> log, CancellationToken cancel)
    {
        Assert.True(ListenAddress.TryParse(session.Peer, out var address, out var port), $"{session}: {session.Peer} is not an address");
        var trial = new SessionTrial(address, port ?? 0, Told(session), line =>
        {
            if (line.StartsWith("LOG: ", StringComparison.Ordinal)) log.Add(line[5..].TrimEnd());
        }) { MakesCallouts = session.Site.Peer is not null };
        await TrialSession.RunAsync(configuration.Reception, trial, stream, stream, cancel);
    }

    static async Task LocalAsync(LoadedConfiguration configuration, DialogueSession session, DialogueFolder folder, Stream stream, List<string> log, CancellationToken cancel)
    {
        using var mainLog = new StringWriter { NewLine = "\n" };
        using var logs = new MailLog(TimeProvider.System, file => file == LogFile.Main ? mainLog : TextWriter.Null, configuration.Environment.Log.Options);
        var rules = configuration.Reception with { Environment = configuration.Environment with { Log = logs } };
        await using var spool = await JournalSpool.OpenAsync(new SpoolOptions { Directory = folder.In("journal"), SegmentSize = 1 << 20 }, new PosixSpoolFiles(), TimeProvider.System, cancel);
        var request = new SubmissionRequest { CallerUid = 0, CallerGid = 0, QueueOnly = true, Facts = System.Collections.Immutable.ImmutableDictionary.ToImmutableDictionary(Told(session)) };
        await new LocalSubmission(spool, () => rules, new MessageIdSource(TimeProvider.System, 42)).ConverseAsync(request, stream, stream, cancel);
        log.AddRange(mainLog.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => l[20..]));
    }

    static Dictionary<string, string> Told(DialogueSession session) => session.Options.Chunk(2).ToDictionary(static pair => pair[0]["-oM".Length..], static pair => pair[1]);
}
