using System.Net;
using System.Net.Sockets;
using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Network;

/// <summary>What an ident server answered: a user id, nothing usable, or no answer in time.</summary>
abstract record IdentAnswer
{
    IdentAnswer() { }
    public sealed record User(string Id) : IdentAnswer;
    public sealed record None(string Reason) : IdentAnswer;
    public sealed record TimedOut : IdentAnswer;
}

/// <summary>Asks the host of a connection whose it is (RFC 1413). The peer decides what it answers: the id is text of a stranger.</summary>
sealed class IdentQuery(int port, TimeProvider clock)
{
    /// <summary>RFC 1413 3.</summary>
    public const int StandardPort = 113;
    /// <summary>RFC 1413 4: an answer is at most 1,000 characters; an id is kept to 127.</summary>
    const int LongestAnswer = 1024, LongestId = 127;

    /// <param name="remote">The client's end of the connection asked about.</param>
    /// <param name="local">Ours.</param>
    public async ValueTask<IdentAnswer> AskAsync(IPEndPoint remote, IPEndPoint local, TimeSpan limit, CancellationToken cancel)
    {
        using var timer = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        using var socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // From the address that the client has connected to: its server can tell which connection is meant.
            socket.Bind(new IPEndPoint(local.Address, 0));
            await socket.ConnectAsync(new IPEndPoint(remote.Address, port), either.Token).ConfigureAwait(false);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"{remote.Port} , {local.Port}\r\n"), either.Token).ConfigureAwait(false);
            return Parse(await LineAsync(socket, either.Token).ConfigureAwait(false), remote.Port, local.Port);
        }
        catch (SocketException error) { return error.SocketErrorCode == SocketError.TimedOut ? new IdentAnswer.TimedOut() : new IdentAnswer.None(error.Message); }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return new IdentAnswer.TimedOut(); }
    }

    static async ValueTask<string> LineAsync(Socket socket, CancellationToken cancel)
    {
        var buffer = new byte[LongestAnswer];
        for (var length = 0; length < buffer.Length;)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), cancel).ConfigureAwait(false);
            if (read == 0) break;
            length += read;
            if (buffer.AsSpan(0, length).IndexOf((byte)'\n') is var end && end >= 0) return Latin1.Decode(buffer.AsSpan(0, end)).TrimEnd('\r');
        }
        return "";
    }

    /// <summary>"port , port : USERID : system : id" (RFC 1413 4); everything else is no answer.</summary>
    static IdentAnswer Parse(string line, int theirs, int ours)
    {
        if (line.Split(':', 4) is not [var ports, var kind, _, var id] || !kind.TrimSpace().Equals("USERID", StringComparison.Ordinal)) return new IdentAnswer.None(line.Length == 0 ? "no answer" : $"the answer names no user: {line}");
        if (ports.Split(',') is not [var first, var second] || first.TrimSpace() != $"{theirs}" || second.TrimSpace() != $"{ours}") return new IdentAnswer.None("the answer is about other ports");
        id = id.TrimSpaceAtStart();
        if (id.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0) return new IdentAnswer.None("the answer holds control characters");
        return id.Length == 0 ? new IdentAnswer.None("the answer names no user") : new IdentAnswer.User(id.Length > LongestId ? id[..LongestId] : id);
    }
}
