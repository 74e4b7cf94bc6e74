using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using ScriptMta.Common;
using ScriptMta.Common.Posix;

namespace ScriptMta.Expansion;

/// <summary>
/// One request to a socket and what comes back until its end, as ${readsocket does it. Waits on the calling thread: the time-out is for the connection, and again for all that
/// follows. A connection that breaks while reading counts as its end, as in Exim. With TLS the peer is not verified: the name that one asks for says nothing of who may answer.
/// </summary>
static class SocketExchange
{
    // No expansion result may be larger.
    const int MaxAnswer = 64 * 1024 * 1024;
    const int LengthBytes = 2;
    const int BlockSize = 64 * 1024;

    public static SocketAnswer Ask(string place, string request, SocketOptions options, ExpansionContext context)
    {
        var points = SocketPlace.Find(place, context, out var host, out var error);
        return error is null ? AskAsync(points, host, place, request, options).GetAwaiter().GetResult() : SocketAnswer.Failed(error);
    }

    static async Task<SocketAnswer> AskAsync(IReadOnlyList<EndPoint> points, string host, string place, string request, SocketOptions options)
    {
        var failure = "";
        using var socket = await ConnectAsync(points, options.Timeout, reason => failure = reason).ConfigureAwait(false);
        if (socket is null) return SocketAnswer.Failed(host.Length == 0 ? $"failed to connect to socket {place}: {failure}" : $"failed to connect to any address for {host}: {failure}");
        using var patience = new CancellationTokenSource(options.Timeout);
        using var plain = new NetworkStream(socket);
        if (!options.UsesTls) return await TalkAsync(plain, socket, request, options, patience.Token).ConfigureAwait(false);
        using var tls = new SslStream(plain, leaveInnerStreamOpen: true);
        var name = options.ServerName.Length > 0 ? options.ServerName : host;
        if (await StartTlsAsync(tls, name, patience.Token).ConfigureAwait(false) is { } refused) return SocketAnswer.Failed($"TLS connect failed: {refused}");
        return await TalkAsync(tls, socket, request, options with { ShutsDown = false }, patience.Token).ConfigureAwait(false);
    }

    static async Task<Socket?> ConnectAsync(IReadOnlyList<EndPoint> points, TimeSpan timeout, Action<string> fail)
    {
        using var patience = new CancellationTokenSource(timeout);
        foreach (var point in points)
        {
            var socket = new Socket(point.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(point, patience.Token).ConfigureAwait(false);
                return socket;
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException or IOException or ArgumentException)
            {
                socket.Dispose();
                fail(Missing(point) ?? Reason(error));
            }
        }
        return null;
    }

    static async Task<SocketAnswer> TalkAsync(Stream stream, Socket socket, string request, SocketOptions options, CancellationToken cancel)
    {
        try
        {
            if (request.Length > 0) await stream.WriteAsync(Latin1.Encode(request), cancel).ConfigureAwait(false);
            await stream.FlushAsync(cancel).ConfigureAwait(false);
            if (options.ShutsDown) socket.Shutdown(SocketShutdown.Send);
        }
        catch (OperationCanceledException) { return SocketAnswer.Failed("request write to socket failed: Connection timed out"); }
        catch (Exception error) when (error is IOException or SocketException) { return SocketAnswer.Failed($"request write to socket failed: {Reason(error)}"); }
        return await ReadAsync(stream, options.AnswerHasLength, cancel).ConfigureAwait(false);
    }

    static async Task<SocketAnswer> ReadAsync(Stream stream, bool hasLength, CancellationToken cancel)
    {
        var block = new byte[BlockSize];
        var all = new MemoryStream();
        try
        {
            for (int count; (count = await stream.ReadAsync(block, cancel).ConfigureAwait(false)) > 0;)
            {
                if (all.Length + count > MaxAnswer) return SocketAnswer.Failed($"more than {MaxAnswer} bytes came from the socket");
                all.Write(block, 0, count);
                if (hasLength && IsWhole(all)) break;
            }
        }
        catch (OperationCanceledException) { return SocketAnswer.Failed("socket read timed out"); }
        catch (IOException) { /* a broken connection is the end of the answer, as in Exim */ }
        var start = hasLength ? (int)Math.Min(all.Length, LengthBytes) : 0;
        return new(Latin1.Decode(all.GetBuffer().AsSpan(start, (int)all.Length - start)).Split('\0', 2)[0], null);
    }

    static bool IsWhole(MemoryStream answer) =>
        answer.Length >= LengthBytes && answer.Length >= LengthBytes + BinaryPrimitives.ReadUInt16BigEndian(answer.GetBuffer());

    /// <summary>Null when TLS is up.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5359", Justification = "Exim verifies no peer of readsocket, and rules that use it have no option to name a certificate")]
    static async Task<string?> StartTlsAsync(SslStream tls, string name, CancellationToken cancel)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = name, RemoteCertificateValidationCallback = static (_, _, _, _) => true };
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancel).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) { return "Connection timed out"; }
        catch (Exception error) when (error is System.Security.Authentication.AuthenticationException or IOException or SocketException) { return error.Message; }
    }

    /// <summary>.NET says of every Unix socket that is not there that its address cannot be assigned.</summary>
    static string? Missing(EndPoint point) => point is UnixDomainSocketEndPoint && Files.Status(Latin1.FromUnicode(point.ToString()!), out var reason) is null ? reason : null;

    static string Reason(Exception error) => error switch
    {
        SocketException socket => System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(socket.NativeErrorCode),
        OperationCanceledException => "Connection timed out",
        IOException { InnerException: SocketException inner } => System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(inner.NativeErrorCode),
        _ => error.Message,
    };
}
