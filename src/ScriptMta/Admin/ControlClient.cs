using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text.Json;
using ScriptMta.Common;

namespace ScriptMta.Admin;

/// <summary>A command's side of the control socket.</summary>
static class ControlClient
{
    /// <summary>Null when nobody listens: no daemon runs for this spool, or it is not ours to talk to.</summary>
    public static Socket? TryConnect(string spoolDirectory)
    {
        var path = ControlSocket.PathIn(spoolDirectory);
        if (!File.Exists(path)) return null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Sends the request and the payload, copies what comes back, returns the exit status. An owner that goes away in between throws <see cref="IOException"/>.</summary>
    public static async ValueTask<int> CallAsync(Socket socket, AdminRequest request, Stream? payload, AdminOutput output, CancellationToken cancel)
    {
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(request, AdminJson.Default.AdminRequest), (byte)'\n'], cancel);
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        // Not waited for: a read of a terminal or pipe cannot be broken off, and the caller of "sendmail -bs" may keep it open after QUIT.
        _ = SendAsync(socket, stream, payload, answered.Token);
        var status = await ReceiveAsync(stream, output, cancel);
        await answered.CancelAsync();
        return status;
    }

    static async Task SendAsync(Socket socket, NetworkStream stream, Stream? payload, CancellationToken cancel)
    {
        try
        {
            if (payload is not null) await PayloadFrames.SendAsync(payload, stream, cancel);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The owner answered (or went away) before it had read everything: its answer says why. Or the payload could not be read: the owner sees no end of it.
        }
        finally { End(socket); }
    }

    static void End(Socket socket)
    {
        try { socket.Shutdown(SocketShutdown.Send); }
        catch (Exception error) when (error is SocketException or ObjectDisposedException) { /* the owner has gone, or the call is over: receiving says so */ }
    }

    static async ValueTask<int> ReceiveAsync(NetworkStream stream, AdminOutput output, CancellationToken cancel)
    {
        var header = new byte[FramedOutput.HeaderLength];
        while (await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancel) == header.Length)
        {
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
            await stream.ReadExactlyAsync(body, cancel);
            switch ((char)header[0])
            {
                case 'o': await output.OutAsync(body, cancel); break;
                case 'e': await output.ErrorAsync(body, cancel); break;
                case 'p': await output.ProgressAsync(Latin1.Decode(body).TrimSpace(), cancel); break;
                default: return BinaryPrimitives.ReadInt32BigEndian(body);
            }
        }
        throw new IOException("the daemon closed the control socket before it had answered");
    }
}
