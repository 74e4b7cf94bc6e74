using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Benchmarks;

/// <summary>
/// Commits of a 2 KB message by some sessions at once, each followed by its completion, against the bare fdatasync of the
/// same disk. The mean is per message. Run: dotnet run -c Release --project tests/ScriptMta.Benchmarks -- --filter *Spool* --job short --inProcess
/// </summary>
[MemoryDiagnoser]
public class SpoolBenchmarks
{
    const int Messages = 4000;

    readonly byte[] _body = new byte[2000];
    readonly HeaderSection _headers = new([HeaderField.Create("From", "a@example.com"), HeaderField.Create("Subject", "benchmark")]);
    string _directory = "";
    MessageIdSource? _ids;
    JournalSpool? _spool;
    ISpoolFile? _raw;
    long _offset;

    [Params(1, 10, 50)]
    public int Sessions { get; set; }

    [GlobalSetup]
    public async Task OpenAsync()
    {
        _directory = Directory.CreateTempSubdirectory("scriptmta-bench-").FullName;
        _ids = new(TimeProvider.System, Environment.ProcessId);
        _spool = await JournalSpool.OpenAsync(new() { Directory = Path.Combine(_directory, "spool") }, new PosixSpoolFiles(), TimeProvider.System, CancellationToken.None);
        _raw = new PosixSpoolFiles().Create(Path.Combine(_directory, "raw"));
        _raw.Allocate(64 << 20);
    }

    [GlobalCleanup]
    public async Task CloseAsync()
    {
        await _spool!.DisposeAsync();
        _raw!.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public Task CommitAndComplete() => Task.WhenAll(Enumerable.Range(0, Sessions).Select(_ => Task.Run(async () =>
    {
        for (var left = Messages / Sessions; left > 0; left--) await DeliverAsync();
    })));

    [Benchmark(OperationsPerInvoke = 100, Baseline = true)]
    public void WriteAndFdatasync()
    {
        for (var left = 100; left > 0; left--)
        {
            _raw!.WriteAll(_body, _offset);
            _offset = (_offset + 2048) % (60 << 20);
            _raw!.Sync();
        }
    }

    async Task DeliverAsync()
    {
        var envelope = new Envelope { Id = _ids!.Next(), Sender = MailAddress.Null, Recipients = Recipients, ReceivedAt = DateTimeOffset.UnixEpoch };
        await using var draft = _spool!.Begin(envelope.Id);
        await draft.AppendAsync(_body, CancellationToken.None);
        await _spool.CommitAsync(envelope, _headers, draft, default, CancellationToken.None);
        await _spool.RecordAsync(envelope.Id, Completed, durable: false, CancellationToken.None);
    }

    static readonly ImmutableArray<Recipient> Recipients = [new(new("user", "example.com"))];
    static readonly SpoolChange[] Completed = [new SpoolChange.Done("user@example.com"), new SpoolChange.Completed()];
}
