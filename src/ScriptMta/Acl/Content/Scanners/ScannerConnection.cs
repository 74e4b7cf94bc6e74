using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>
/// A connection to a scanner. No thread waits; all of it together has a time limit. Whatever goes wrong with the peer is a <see cref="ScannerException"/> whose message is the reason in
/// the words of the C library.
/// </summary>
sealed class ScannerConnection : IDisposable
{
    const int BlockSize = 64 * 1024;

    readonly Socket _socket;
    readonly CancellationTokenSource _patience;
    readonly CancellationToken _outer;

    ScannerConnection(Socket socket, CancellationTokenSource patience, CancellationToken outer) => (_socket, _patience, _outer) = (socket, patience, outer);

    /// <summary>Sets $callout_address to where it came to.</summary>
    public static async ValueTask<ScannerConnection> OpenAsync(ScannerPlace place, TimeSpan limit, ExpansionContext context, CancellationToken cancel)
    {
        var points = place.Find(context, out var error);
        if (error.Length > 0) throw new ScannerException(error);
        var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(limit);
        try
        {
            for (var again = place.Retry > TimeSpan.Zero; ; again = false)
            {
                foreach (var point in points)
                    if (await TryAsync(point, reason => error = reason, patience.Token).ConfigureAwait(false) is { } socket)
                    {
                        context.Variables["callout_address"] = Value.Clean(place.Path ?? $"[{((IPEndPoint)point).Address}]:{((IPEndPoint)point).Port}");
                        return new(socket, patience, cancel);
                    }
                if (!again) throw new ScannerException(place.Path is null ? $"failed to connect to any address for {place.Host}: {error}" : $"unable to connect to UNIX socket ({place.Path}): {error}");
                await Task.Delay(place.Retry, context.Environment.Clock, patience.Token).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            patience.Dispose();
            if (failure is OperationCanceledException && !cancel.IsCancellationRequested) throw new ScannerException("Connection timed out");
            throw;
        }
    }

    public ValueTask WriteAsync(string text) => WriteAsync(Latin1.Encode(text));

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, _patience.Token).ConfigureAwait(false)..];
        }
        catch (Exception error) when (Reason(error) is { } reason) { throw new ScannerException(reason); }
    }

    /// <summary>All of a stream, each piece with what prefix gives for its length before it.</summary>
    public async ValueTask CopyAsync(Stream stream, Func<int, byte[]>? prefix = null)
    {
        var buffer = new byte[BlockSize];
        for (int count; (count = stream.Read(buffer)) > 0;)
        {
            if (prefix is not null) await WriteAsync(prefix(count)).ConfigureAwait(false);
            await WriteAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
        }
    }

    /// <summary>The peer sees the end of our input.</summary>
    public void EndSending()
    {
        try { _socket.Shutdown(SocketShutdown.Send); }
        catch (SocketException error) { throw new ScannerException(Reason(error)!); }
    }

    /// <summary>What comes until the end, or until so many bytes have come or endsWith says that it is whole.</summary>
    public async ValueTask<string> ReadAsync(int limit, byte? end = null)
    {
        var all = new byte[limit];
        var filled = 0;
        try
        {
            while (filled < limit)
            {
                var count = await _socket.ReceiveAsync(all.AsMemory(filled), SocketFlags.None, _patience.Token).ConfigureAwait(false);
                filled += count;
                if (count == 0 || (end is { } last && all.AsSpan(0, filled).Contains(last))) break;
            }
        }
        catch (Exception error) when (Reason(error) is { } reason) { throw new ScannerException(reason); }
        return Latin1.Decode(all.AsSpan(0, filled));
    }

    public void Dispose()
    {
        _socket.Dispose();
        _patience.Dispose();
    }

    static async ValueTask<Socket?> TryAsync(EndPoint point, Action<string> fail, CancellationToken cancel)
    {
        if (point is UnixDomainSocketEndPoint && Files.Status(Latin1.FromUnicode(point.ToString()!), out var missing) is null)
        {
            fail(missing); // .NET says of a Unix socket that is not there that its address cannot be assigned.
            return null;
        }
        var socket = new Socket(point.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(point, cancel).ConfigureAwait(false);
            return socket;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            fail(Text(error));
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Null for what is not the peer's doing.</summary>
    string? Reason(Exception error) => error switch
    {
        SocketException socket => Text(socket),
        OperationCanceledException when !_outer.IsCancellationRequested => "Connection timed out",
        _ => null,
    };

    static string Text(SocketException error) => Marshal.GetPInvokeErrorMessage(error.NativeErrorCode);
}

/// <summary>A scanner that cannot be reached, breaks off, is too slow or talks nonsense. The message is for the log.</summary>
sealed class ScannerException(string message) : Exception(message);
