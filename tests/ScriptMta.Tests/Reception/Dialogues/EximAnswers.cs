using System.Diagnostics;
using ScriptMta.Common;
using ScriptMta.Tests.Dns;

namespace ScriptMta.Tests.Reception.Dialogues;

/// <summary>Asks the oracle. The sessions of a file are run some at a time as soon as one of them is wanted.</summary>
static class EximAnswers
{
    /// <summary>Exim waits more than it works.</summary>
    const int AtOnce = 3;

    /// <summary>Long enough for a busy machine.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Exim has no option that names its name servers: it gets a resolv.conf of its own.</summary>
    const string WithNameServer = "mount --bind \"$1\" /etc/resolv.conf && shift && exec \"$@\"";

    static readonly SemaphoreSlim Turns = new(AtOnce);
    static readonly System.Collections.Concurrent.ConcurrentDictionary<string, Lazy<Dictionary<int, Task<DialogueAnswers>>>> Files = new();

    public static Task<DialogueAnswers> OfAsync(DialogueSession session, IReadOnlyList<DialogueSession> wanted) =>
        Files.GetOrAdd(session.File, file => new(() => wanted.Where(s => s.File == file).ToDictionary(s => s.Line, s => Task.Run(() => AskInTurnAsync(s))))).Value[session.Line];

    static async Task<DialogueAnswers> AskInTurnAsync(DialogueSession session)
    {
        await Turns.WaitAsync();
        try { return await AskAsync(session); }
        finally { Turns.Release(); }
    }

    static async Task<DialogueAnswers> AskAsync(DialogueSession session)
    {
        using var dns = new ZoneServer(string.Join('\n', session.Site.Zone), forPrograms: true);
        await using var peer = session.Site.Peer is { } script ? new ScriptedPeer(script) : null;
        using var folder = new DialogueFolder(session.Site, peer?.Port ?? 0);
        await File.WriteAllTextAsync(folder.In("resolv.conf"), $"nameserver {dns.EndPoint.Address}\noptions timeout:2 attempts:1\n");
        string[] mode = session.IsLocal ? ["-odq", "-bs"] : [peer is null ? "-bh" : "-bhc", session.Peer];
        var start = new ProcessStartInfo("unshare", ["-m", "sh", "-c", WithNameServer, "sh", folder.In("resolv.conf"), Oracle.Program, "-C", folder.Configuration, .. mode, .. session.Options])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = System.Text.Encoding.Latin1, StandardErrorEncoding = System.Text.Encoding.Latin1,
        };
        var (output, errors) = await RunAsync(start, session.Bytes(folder.Path));
        Assert.True(output.Length > 0, $"{session}: Exim does not take this configuration:\n{errors}");
        var log = session.IsLocal ? folder.MainLog.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => l[20..])
            : errors.Split('\n').Where(static l => l.StartsWith("LOG: ", StringComparison.Ordinal)).Select(static l => l[5..].TrimEnd());
        return DialogueAnswers.Of(output, [.. log, .. peer is null ? [] : await peer.AllHeardAsync()], folder.Path);
    }

    static async Task<(string Output, string Errors)> RunAsync(ProcessStartInfo start, byte[] input)
    {
        using var exim = Process.Start(start)!;
        var (output, errors) = (exim.StandardOutput.ReadToEndAsync(), exim.StandardError.ReadToEndAsync());
        try
        {
            await exim.StandardInput.BaseStream.WriteAsync(input);
            exim.StandardInput.Close();
        }
        catch (IOException) { } // it may have said 421 and gone
        using var limit = new CancellationTokenSource(Limit);
        try { await exim.WaitForExitAsync(limit.Token); }
        catch (OperationCanceledException)
        {
            exim.Kill(entireProcessTree: true);
            Assert.Fail("Exim did not end");
        }
        return (await output, await errors);
    }
}
