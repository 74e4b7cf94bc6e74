using System.Buffers.Binary;
using System.Text;
using ScriptMta.Common;
using ScriptMta.Common.Posix;

namespace ScriptMta.Admin;

/// <summary>
/// <see cref="ControlClient"/> for the command that is started most often, sendmail with a message on standard input: the same conversation by bare system calls on one thread. It needs half as much
/// time, nearly all of which .NET takes to start at all.
/// </summary>
static class PlainCall
{
    /// <summary>Null when nobody listens. An owner that goes away before it has answered throws <see cref="IOException"/>.</summary>
    /// <param name="input">The descriptor that the payload is read from.</param>
    /// <param name="write">Gets what is for standard output (false) or standard error (true).</param>
    public static int? TryRun(string spoolDirectory, AdminRequest request, int input, Action<bool, byte[]> write)
    {
        using var socket = LocalSocket.TryConnect(ControlSocket.PathIn(spoolDirectory));
        if (socket is null) return null;
        var descriptor = (int)socket.DangerousGetHandle(); // kept open by the using above
        LocalSocket.WriteAll(descriptor, TextOf(request));
        return Converse(descriptor, input, write);
    }

    static int Converse(int socket, int input, Action<bool, byte[]> write)
    {
        var piece = new byte[PayloadFrames.HeaderLength + PayloadFrames.LongestPiece];
        while (true)
        {
            var (more, answered) = LocalSocket.WaitForInput(input, socket);
            if (answered && Take(socket, write) is { } status) return status;
            if (more && !answered && !Send(input, socket, piece)) input = -1;
        }
    }

    /// <summary>False when there is no more to send: the input has ended or cannot be read (then the owner sees no end of it), or the owner takes no more and its answer says why.</summary>
    static bool Send(int input, int socket, byte[] piece)
    {
        try
        {
            var read = LocalSocket.Read(input, piece.AsSpan(PayloadFrames.HeaderLength));
            BinaryPrimitives.WriteInt32BigEndian(piece, read);
            LocalSocket.WriteAll(socket, piece.AsSpan(0, PayloadFrames.HeaderLength + read));
            return read > 0;
        }
        catch (IOException) { return false; }
    }

    /// <summary>One frame; the exit status when it is that.</summary>
    static int? Take(int socket, Action<bool, byte[]> write)
    {
        var header = new byte[FramedOutput.HeaderLength];
        Fill(socket, header);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
        Fill(socket, body);
        if ((char)header[0] is not ('o' or 'e')) return BinaryPrimitives.ReadInt32BigEndian(body);
        write(header[0] == (byte)'e', body);
        return null;
    }

    static void Fill(int socket, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var read = LocalSocket.Read(socket, bytes);
            if (read == 0) throw new IOException("the daemon closed the control socket before it had answered");
            bytes = bytes[read..];
        }
    }

    /// <summary>The line that System.Text.Json would write, whose loading takes longer than all else here.</summary>
    internal static byte[] TextOf(AdminRequest request)
    {
        var text = new StringBuilder("{\"Command\":");
        Append(text, request.Command);
        text.Append(",\"Arguments\":[");
        for (var i = 0; i < request.Arguments.Count; i++) Append(i == 0 ? text : text.Append(','), request.Arguments[i]);
        text.Append("],\"Options\":{");
        var first = true;
        foreach (var (name, value) in request.Options)
        {
            Append(first ? text : text.Append(','), name);
            Append(text.Append(':'), value);
            first = false;
        }
        return Latin1.Encode(text.Append("}}\n").ToString());
    }

    static void Append(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
            if (c is >= ' ' and <= '~' and not '"' and not '\\') text.Append(c);
            else text.Append("\\u").Append(Digit(c >> 12)).Append(Digit(c >> 8)).Append(Digit(c >> 4)).Append(Digit(c));
        text.Append('"');
    }

    static char Digit(int value) => "0123456789abcdef"[value & 15];
}
