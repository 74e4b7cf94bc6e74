using System.Buffers.Binary;
using ScriptMta.Common;

namespace ScriptMta.Admin;

/// <summary>Where a command writes: standard output and error of whoever asked, byte for byte.</summary>
abstract class AdminOutput
{
    public abstract ValueTask OutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel);
    public abstract ValueTask ErrorAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel);

    /// <summary>How far long work has come; shown where a person looks, and only there. Empty: it is over.</summary>
    public virtual ValueTask ProgressAsync(string text, CancellationToken cancel) => default;

    public ValueTask OutAsync(string text, CancellationToken cancel) => OutAsync(Latin1.Encode(text), cancel);
    public ValueTask ErrorAsync(string text, CancellationToken cancel) => ErrorAsync(Latin1.Encode(text), cancel);
}

/// <summary>For a command that runs in the process that asked.</summary>
sealed class StandardOutput(Stream output, Stream error, bool showsProgress = false) : AdminOutput
{
    public override async ValueTask OutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        await output.WriteAsync(bytes, cancel);
        await output.FlushAsync(cancel);
    }

    public override async ValueTask ErrorAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        await error.WriteAsync(bytes, cancel);
        await error.FlushAsync(cancel);
    }

    /// <summary>One line that is written over.</summary>
    public override ValueTask ProgressAsync(string text, CancellationToken cancel) => showsProgress ? ErrorAsync($"\r{text}\e[K", cancel) : default;
}

/// <summary>Frames over the control socket: kind ('o', 'e', 'p' for progress or 'x' for the exit status), length (32 bits, big endian), bytes.</summary>
sealed class FramedOutput(Stream socket) : AdminOutput
{
    public const int HeaderLength = 5;

    public override ValueTask OutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => FrameAsync((byte)'o', bytes, cancel);
    public override ValueTask ErrorAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => FrameAsync((byte)'e', bytes, cancel);

    public override ValueTask ProgressAsync(string text, CancellationToken cancel) => FrameAsync((byte)'p', Latin1.Encode(text.Length == 0 ? " " : text), cancel);

    public ValueTask ExitAsync(int status, CancellationToken cancel)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, status);
        return FrameAsync((byte)'x', bytes, cancel);
    }

    async ValueTask FrameAsync(byte kind, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        if (bytes.IsEmpty) return;
        var frame = new byte[HeaderLength + bytes.Length];
        frame[0] = kind;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), bytes.Length);
        bytes.CopyTo(frame.AsMemory(HeaderLength));
        await socket.WriteAsync(frame, cancel);
    }
}
