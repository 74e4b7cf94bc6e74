using System.Collections.Immutable;
using System.Diagnostics;
using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Benchmarks;

/// <summary>Fills a spool with deferred messages of 2 KB and empties it again, in this process, as sessions and deliveries would.</summary>
static class WaitingMail
{
    const int Sessions = 400, Steps = 10;

    public static async Task FillAsync(string place, int count)
    {
        Directory.CreateDirectory(Path.Combine(place, "spool"));
        await using var spool = await OpenAsync(place).ConfigureAwait(false);
        var ids = new MessageIdSource(TimeProvider.System, Environment.ProcessId);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var step = 1; step <= Steps; step++)
        {
            var clock = Stopwatch.GetTimestamp();
            var left = count / Steps;
            await SideBySideAsync(() => Interlocked.Decrement(ref left) >= 0, () => AcceptAndDeferAsync(spool, ids)).ConfigureAwait(false);
            var each = Stopwatch.GetElapsedTime(clock).TotalMicroseconds / (count / Steps);
            Console.WriteLine($"{spool.Count,10:N0} queued: {each:F1} µs for one more (accepted, then deferred), {(GC.GetTotalMemory(forceFullCollection: true) - before) / (double)spool.Count:F0} bytes each in memory");
        }
    }

    public static async Task DrainAsync(string place)
    {
        var opening = Stopwatch.GetTimestamp();
        await using var spool = await OpenAsync(place).ConfigureAwait(false);
        Console.WriteLine($"opened in {Stopwatch.GetElapsedTime(opening).TotalSeconds:F2} s: {spool.Recovery.Summary}");
        var ids = spool.Entries().Select(static entry => entry.Id).ToArray();
        var clock = Stopwatch.GetTimestamp();
        var next = 0; // the oldest stays
        await SideBySideAsync(() => next < ids.Length - 1, async () =>
        {
            var at = Interlocked.Increment(ref next);
            if (at < ids.Length) await spool.RecordAsync(ids[at], Delivered, durable: false, CancellationToken.None).ConfigureAwait(false);
        }).ConfigureAwait(false);
        var each = Stopwatch.GetElapsedTime(clock).TotalMicroseconds / ids.Length;
        await spool.SettledAsync().ConfigureAwait(false);
        var disk = Directory.EnumerateFiles(Path.Combine(place, "spool"), "*", SearchOption.AllDirectories).Sum(static file => new FileInfo(file).Length);
        Console.WriteLine($"all but the oldest delivered: {each:F1} µs each; {Stopwatch.GetElapsedTime(clock).TotalSeconds:F1} s until the space is free again, {disk >> 20} MB on disk for {spool.Count}");
    }

    static ValueTask<JournalSpool> OpenAsync(string place) =>
        JournalSpool.OpenAsync(new() { Directory = Path.Combine(place, "spool/journal") }, new PosixSpoolFiles(), TimeProvider.System, CancellationToken.None);

    static Task SideBySideAsync(Func<bool> more, Func<Task> work) => Task.WhenAll(Enumerable.Range(0, Sessions).Select(_ => Task.Run(async () =>
    {
        while (more()) await work().ConfigureAwait(false);
    })));

    static async Task AcceptAndDeferAsync(JournalSpool spool, MessageIdSource ids)
    {
        var now = DateTimeOffset.UtcNow;
        var envelope = new Envelope { Id = ids.Next(), Sender = new("sender", "example.org"), Recipients = Recipients, ReceivedAt = now, Facts = Facts };
        await using var draft = spool.Begin(envelope.Id);
        await draft.AppendAsync(Body, CancellationToken.None).ConfigureAwait(false);
        await spool.CommitAsync(envelope, Headers, draft, default, CancellationToken.None).ConfigureAwait(false);
        var later = now.AddDays(1);
        var deferral = new Deferral(now, now, later, "refused", "Connection refused", "mx.dest.bench.test [127.0.0.1]:9");
        await spool.RecordAsync(envelope.Id, [new SpoolChange.Deferred("user@dest.bench.test", deferral), new SpoolChange.Attempted(now, later)], durable: false, CancellationToken.None).ConfigureAwait(false);
    }

    static readonly byte[] Body = new byte[2000];
    static readonly HeaderSection Headers = new([HeaderField.Create("Received", "from a by b with esmtp id c for d; date"), HeaderField.Create("From", "a@example.com"), HeaderField.Create("Subject", "benchmark")]);
    static readonly ImmutableArray<Recipient> Recipients = [new(new("user", "dest.bench.test"))];
    static readonly ImmutableDictionary<string, string> Facts = ImmutableDictionary<string, string>.Empty.Add("sender_host_address", "192.0.2.1").Add("received_protocol", "esmtp");
    static readonly SpoolChange[] Delivered = [new SpoolChange.Done("user@dest.bench.test"), new SpoolChange.Completed()];
}
