using System.Buffers.Binary;
using ScriptMta.Common;
using ScriptMta.Common.Posix;

namespace ScriptMta.Expansion;

/// <summary>One Perl interpreter in a process of its own. Owned by one call at a time. A process that broke the protocol or ran out of time is killed with its group.</summary>
sealed class PerlProcess : IDisposable
{
    readonly ChildProcess _child;
    readonly byte[] _prefix = new byte[PerlFrame.PrefixLength];
    bool _ended;

    PerlProcess(ChildProcess child) => _child = child;

    public int Id => _child.Id;
    /// <summary>Nothing more can be asked of it.</summary>
    public bool IsDead { get; private set; }
    /// <summary>Once dead: how that came.</summary>
    public string Death { get; private set; } = "";

    public static string Missing(string program) => $"there is no Perl interpreter at {program}: install one (Debian's package perl), or name it with perl_program";

    /// <summary>Runs perl_startup.</summary>
    /// <param name="error">Why there is none; empty when there is.</param>
    /// <param name="warning">What perl_startup died of, which Exim passes over.</param>
    public static PerlProcess? Start(PerlOptions options, RuleEnvironment environment, Deadline deadline, out string error, out string warning)
    {
        error = warning = "";
        string[] words = options.TaintMode ? [options.Program, "-T", "-e", PerlProgram.Text] : [options.Program, "-e", PerlProgram.Text];
        if (ChildProcess.Start(RuleProgram.Command(words, environment, hasInput: true, joinsErrors: false), out _) is not { } child)
        {
            error = Missing(options.Program);
            return null;
        }
        var process = new PerlProcess(child);
        process.Send(new(PerlFrameType.Start, [options.Startup]), deadline);
        var reply = process.FirstReply(environment, deadline);
        if (reply is { Type: PerlFrameType.Answer, Parts: [var died] }) warning = died.TrimEnd('\n');
        else error = $"error in perl_startup code: {(reply is { Parts: [var text] } ? $"Compilation error ({text.TrimEnd('\n')})" : process.Death)}";
        if (error.Length == 0) return process;
        process.Dispose();
        return null;
    }

    public bool Send(PerlFrame frame, Deadline deadline)
    {
        if (IsDead || _child.Input!.Write(frame.ToBytes(), deadline)) return !IsDead;
        End(deadline);
        return false;
    }

    /// <summary>Null when it has died or the time was up, and it has been killed.</summary>
    public PerlFrame? Receive(Deadline deadline)
    {
        if (IsDead) return null;
        if (ReadWhole(_prefix, deadline) && BinaryPrimitives.ReadInt32BigEndian(_prefix) is var length and > 0 and <= PerlFrame.MaxLength && ReadBody(length, deadline) is { } frame) return frame;
        End(deadline);
        return null;
    }

    /// <summary>Ends it now, as nobody waits for it.</summary>
    public void Dispose()
    {
        IsDead = true;
        if (!_ended) _child.Kill();
        _ended = true;
        _child.Dispose();
    }

    /// <summary>perl_startup may call back, too. A template sees nothing of a message then.</summary>
    PerlFrame? FirstReply(RuleEnvironment environment, Deadline deadline)
    {
        using var call = new PerlCall(this, deadline);
        return call.Listen(new() { Environment = environment });
    }

    void End(Deadline deadline)
    {
        IsDead = true;
        if (_ended) return;
        _ended = true;
        var late = deadline.Remaining == TimeSpan.Zero;
        var status = late ? null : _child.WaitForEnd(new(TimeProvider.System, Grace));
        _child.Kill();
        Death = late ? "the Perl process ran longer than perl_time_limit and was killed" : status switch
        {
            null => "the Perl process broke the protocol and was killed",
            < 0 => $"the Perl process was killed by signal {-status}",
            _ => $"the Perl process ended with status {status}",
        };
    }

    // From the end of its output to its own end, a process needs no longer than this.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    bool ReadWhole(Span<byte> into, Deadline deadline)
    {
        while (!into.IsEmpty)
        {
            if (_child.Output.Read(into, deadline) is not ({ } count and > 0)) return false;
            into = into[count..];
        }
        return true;
    }

    /// <summary>Memory grows with what comes, not with what was announced.</summary>
    PerlFrame? ReadBody(int length, Deadline deadline)
    {
        const int Step = 64 * 1024;
        var body = new byte[Math.Min(length, Step)];
        for (var read = 0; ; read = body.Length, Array.Resize(ref body, (int)Math.Min(length, body.Length * 2L)))
        {
            if (!ReadWhole(body.AsSpan(read), deadline)) return null;
            if (body.Length == length) return PerlFrame.Read(body);
        }
    }
}
