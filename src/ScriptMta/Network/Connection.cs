using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace ScriptMta.Network;

/// <summary>
/// One peer: buffered input, a stream for output, and a deadline that <see cref="ConnectionTable"/> watches. A read that ends because of the deadline or
/// a stop is a cancelled ReadResult, never an exception. Idle, it holds no buffer: the pipe reads zero bytes first to learn that there is something, through TLS, too.
/// </summary>
sealed class Connection : IAsyncDisposable
{
    /// <summary>One read: several pipelined commands or many lines of a message with one system call, rented only while input is there.</summary>
    const int ReadSize = 16384;

    /// <summary>RFC 5321 4.5.3.2: no reply takes a reading client five minutes to take.</summary>
    static readonly TimeSpan WritePatience = TimeSpan.FromMinutes(5);

    /// <summary>The few bytes of the farewell fit into any buffer that is not stuck.</summary>
    static readonly TimeSpan FarewellPatience = TimeSpan.FromSeconds(5);

    /// <summary>What is read and thrown away at the end, so that closing does not destroy the last reply on its way (RFC 1122 4.2.2.13).</summary>
    const int MostDrained = 1 << 18;

    readonly TimeProvider _clock;
    readonly Socket? _socket;
    readonly Stream _plain;
    Stream _stream;
    CancellationTokenSource? _handshake;
    long _deadline = long.MaxValue;
    long _writeDeadline = long.MaxValue;
    int _stopping;

    public Connection(Socket socket, TimeProvider clock) : this(new NetworkStream(socket, ownsSocket: true), clock)
    {
        _socket = socket;
        Remote = Plain(socket.RemoteEndPoint);
        Local = Plain(socket.LocalEndPoint);
    }

    /// <summary>A peer that is not on the network: a local program's standard input and output, or a test.</summary>
    public Connection(Stream stream, TimeProvider clock)
    {
        _clock = clock;
        _plain = _stream = stream;
        Input = ReaderOf(stream);
    }

    /// <summary>Another one after <see cref="SecureAsync"/>.</summary>
    public PipeReader Input { get; private set; }
    /// <summary>What TLS agreed on; null in plain text.</summary>
    public TlsSession? Tls { get; private set; }
    public bool IsEncrypted => Tls is not null;
    /// <summary>The channel binding tls-server-end-point (RFC 5929 4), for SCRAM-…-PLUS; null in plain text.</summary>
    public byte[]? ServerEndPoint() => Tls?.ServerEndPoint();
    /// <summary>Null where the peer is not on the network.</summary>
    public IPEndPoint? Remote { get; init; }
    public IPEndPoint? Local { get; init; }

    /// <summary>The server wants to end: finish what is running and leave.</summary>
    public bool IsStopping => Volatile.Read(ref _stopping) != 0;
    /// <summary>The deadline of the last <see cref="ReadAsync"/> passed.</summary>
    public bool IsExpired => _clock.GetTimestamp() >= Volatile.Read(ref _deadline);
    /// <summary>Bytes that the peer sent and nobody has read yet, as far as the system tells (early talkers).</summary>
    public bool HasUnreadInput => _socket is { } socket && socket.Available > 0;

    /// <summary>The beginning of them, which stays unread.</summary>
    public string PeekInput(int most)
    {
        if (_socket is null) return "";
        var buffer = new byte[most];
        return Common.Latin1.Decode(buffer.AsSpan(0, _socket.Receive(buffer, SocketFlags.Peek)));
    }

    /// <summary>Waits for more input at most <paramref name="patience"/> (measured by the table's sweep, so a second or so longer). Check <see cref="IsExpired"/> and <see cref="IsStopping"/> on cancelled results.</summary>
    public ValueTask<ReadResult> ReadAsync(TimeSpan patience, CancellationToken cancel)
    {
        Volatile.Write(ref _deadline, patience <= TimeSpan.Zero ? long.MaxValue : After(patience));
        return Input.ReadAsync(cancel);
    }

    /// <summary>
    /// TLS from here on, with us as the server. Whatever was read in plain text must be forgotten before (RFC 3207 4.2). The handshake holds no thread while it waits, and ends after
    /// <paramref name="patience"/> or at <see cref="Stop"/>; after a failure there is nothing left to be said.
    /// </summary>
    public async ValueTask<TlsOutcome> SecureAsync(Func<string, ClientHello?, (TlsServerChoice? Choice, string Why)> choose, TimeSpan patience, CancellationToken cancel)
    {
        await Input.CompleteAsync().ConfigureAwait(false);
        using var limit = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : Timeout.InfiniteTimeSpan, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        Volatile.Write(ref _handshake, either);
        TlsOutcome outcome;
        try { outcome = IsStopping ? Refused("server is stopping") : await new TlsHandshake(new HandshakeTap(_plain), choose).RunAsync(either.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { outcome = Refused(IsStopping ? "server is stopping" : "timed out"); }
        finally { Volatile.Write(ref _handshake, null); }
        if (outcome is TlsOutcome.Secured secured) (_stream, Tls) = (secured.Stream, secured.Session);
        Input = ReaderOf(_stream);
        return outcome;
    }

    /// <summary>Sends. A peer that takes nothing for five minutes is cut off: IOException or ObjectDisposedException.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        var write = _stream.WriteAsync(bytes, cancel);
        return write.IsCompletedSuccessfully ? default : FinishAsync(write);
    }

    /// <summary>No deadline while the session works.</summary>
    public void Busy() => Volatile.Write(ref _deadline, long.MaxValue);

    public void Stop()
    {
        Volatile.Write(ref _stopping, 1);
        Input.CancelPendingRead();
        CancelHandshake();
    }

    /// <summary>Ends the connection whatever it does.</summary>
    public void Abort() => _socket?.Close(0);

    /// <summary>Sets the octet that routers see on our packets: IPv4's TOS, IPv6's traffic class (RFC 3542 6.5). What went wrong, or null.</summary>
    public string? MarkPackets(int octet)
    {
        const int ip = 0, typeOfService = 1, ipv6 = 41, trafficClass = 67; // Linux
        if (_socket is not { } socket) return "not a socket";
        try
        {
            if (socket.AddressFamily == AddressFamily.InterNetworkV6) socket.SetRawSocketOption(ipv6, trafficClass, BitConverter.GetBytes(octet));
            if (Remote is { AddressFamily: AddressFamily.InterNetwork }) socket.SetRawSocketOption(ip, typeOfService, BitConverter.GetBytes(octet));
            return null;
        }
        catch (SocketException error) { return error.Message; }
    }

    internal void Sweep()
    {
        if (IsExpired) Input.CancelPendingRead();
        if (_clock.GetTimestamp() >= Volatile.Read(ref _writeDeadline)) Abort();
    }

    public async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync().ConfigureAwait(false);
        await EndTlsAsync().ConfigureAwait(false);
        if (_socket is null) return;
        Drain(_socket);
        await _plain.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Says that we are through (RFC 8446 6.1), so that the peer knows that nothing was cut off; it may have gone already.</summary>
    async ValueTask EndTlsAsync()
    {
        if (_stream is not SslStream secured || Tls is null) return;
        try { await secured.ShutdownAsync().WaitAsync(FarewellPatience, _clock).ConfigureAwait(false); }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException or TimeoutException or SocketException) { Abort(); }
        await secured.DisposeAsync().ConfigureAwait(false);
    }

    void CancelHandshake()
    {
        try { Volatile.Read(ref _handshake)?.Cancel(); }
        catch (ObjectDisposedException) { /* it ended just now */ }
    }

    static TlsOutcome.Failed Refused(string why) => new("gnutls_handshake", why, "");

    static PipeReader ReaderOf(Stream stream) =>
        PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ReadSize, minimumReadSize: ReadSize / 4, leaveOpen: true, useZeroByteReads: true));

    async ValueTask FinishAsync(ValueTask write)
    {
        Volatile.Write(ref _writeDeadline, After(WritePatience));
        await write.ConfigureAwait(false);
        Volatile.Write(ref _writeDeadline, long.MaxValue);
    }

    long After(TimeSpan time) => _clock.GetTimestamp() + (long)(time.TotalSeconds * _clock.TimestampFrequency);

    /// <summary>Unread input at close would make the system send a reset, which may overtake our reply.</summary>
    static void Drain(Socket socket)
    {
        Span<byte> buffer = stackalloc byte[4096];
        try
        {
            if (!socket.Connected) return;
            socket.Shutdown(SocketShutdown.Send);
            for (var drained = 0; drained < MostDrained && socket.Available > 0;) drained += socket.Receive(buffer);
        }
        catch (SocketException) { /* the peer has gone: nothing of ours is on its way */ }
        catch (ObjectDisposedException) { /* cut off by Abort */ }
    }

    /// <summary>IPv4 as IPv4; null where the peer is not on the network.</summary>
    public static IPEndPoint? Plain(EndPoint? end) =>
        end is IPEndPoint ip && ip.Address.IsIPv4MappedToIPv6 ? new(ip.Address.MapToIPv4(), ip.Port) : end as IPEndPoint;
}
