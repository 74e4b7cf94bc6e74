using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using ScriptMta.Common;
using ScriptMta.Network;

namespace ScriptMta.Smtp;

/// <summary>An open connection to a server, past EHLO. One owner at a time. I/O failures are <see cref="PeerException"/>; cancellation passes through.</summary>
/// <param name="stream">Owned: closed with the peer.</param>
/// <param name="socket">What the stream lies on; null where it is no socket (a command).</param>
sealed class SmtpPeer(Stream stream, Socket? socket, PeerEndpoint endpoint, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>How long the end of the conversation may take after QUIT: the mail is safe, so nobody waits for manners.</summary>
    public static readonly TimeSpan QuitTimeout = TimeSpan.FromSeconds(1);

    readonly PeerWait _sending = new(clock), _reading = new(clock);
    Stream _stream = stream;
    PeerReplyReader? _replies;
    bool _closed;

    public PeerEndpoint Endpoint { get; } = endpoint;
    /// <summary>Through which the connection goes; null = it goes directly.</summary>
    public IPEndPoint? Proxy { get; init; }
    /// <summary>Our end of the connection; null where it has none.</summary>
    public IPEndPoint? Local { get; } = socket?.LocalEndPoint as IPEndPoint;
    public TimeProvider Clock => clock;
    public PeerExtensions Extensions { get; set; } = PeerExtensions.None;
    /// <summary>Messages handed over so far; the log marks the second and later ones.</summary>
    public int Messages { get; set; }
    /// <summary>MAIL commands so far.</summary>
    public int Mails { get; set; }
    /// <summary>A transaction was left half-way: RSET comes before the next MAIL.</summary>
    public bool NeedsReset { get; set; }
    public DateTimeOffset IdleSince { get; set; }

    /// <summary>False when the server hung up or spoke out of turn while idle.</summary>
    public bool IsAlive
    {
        get
        {
            if (_closed || Replies.HasUnread) return false;
            try { return socket is null || !socket.Poll(0, SelectMode.SelectRead); }
            catch (Exception error) when (error is SocketException or ObjectDisposedException) { return false; }
        }
    }

    PeerReplyReader Replies => _replies ??= new(_stream);

    /// <summary>Bytes came that were not asked for.</summary>
    public bool HasUnread => Replies.HasUnread;
    /// <summary>What TLS agreed on; null in plain text.</summary>
    public TlsSession? Tls { get; private set; }
    /// <summary>As whom we have authenticated; null = as nobody.</summary>
    public PeerLogin? Login { get; set; }

    /// <summary>The bytes below; whoever wraps them (TLS) gives the wrapped stream to <see cref="Upgrade"/>.</summary>
    public Stream Stream => _stream;

    /// <summary>From here on the conversation runs through another stream, which owns the one so far. Throws where the server spoke before its turn: plaintext must not pass for protected (CVE-2021-38371).</summary>
    public void Upgrade(Stream wrapped)
    {
        if (Replies.HasUnread) throw new PeerException(TroubleKind.Malformed, "data before TLS was started");
        (_stream, _replies) = (wrapped, null);
    }

    public void Secure(TlsOutcome.Secured secured)
    {
        Upgrade(secured.Stream);
        Tls = secured.Session;
    }

    string Shown => $"{Endpoint.Name}:{Endpoint.Port}";

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, TimeSpan limit, CancellationToken cancel)
    {
        if (Conversation.IsWatched) Conversation.Tell(clock, Shown, SpokenLines.Sent(bytes.Span));
        try { await _stream.WriteAsync(bytes, _sending.Begin(limit, cancel)); }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { throw new PeerException(TroubleKind.Timeout, ""); }
        catch (IOException) { throw new PeerException(TroubleKind.Lost, ""); }
        finally { _sending.End(); }
    }

    public ValueTask SendAsync(string command, TimeSpan limit, CancellationToken cancel) => SendAsync(Latin1.Encode(command + "\r\n"), limit, cancel);

    public async ValueTask<PeerReply> ReadAsync(TimeSpan limit, CancellationToken cancel)
    {
        try
        {
            var reply = await Replies.ReadAsync(_reading.Begin(limit, cancel));
            if (Conversation.IsWatched) Conversation.Tell(clock, Shown, SpokenLines.Received(reply));
            return reply;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { throw new PeerException(TroubleKind.Timeout, ""); }
        finally { _reading.End(); }
    }

    /// <summary>Says QUIT and closes; never takes longer than <see cref="QuitTimeout"/>, never fails.</summary>
    public async ValueTask QuitAsync()
    {
        if (_closed) return;
        using var timer = new CancellationTokenSource(QuitTimeout, clock);
        try
        {
            await _stream.WriteAsync("QUIT\r\n"u8.ToArray(), timer.Token);
            if (_stream is NetworkStream) socket!.Shutdown(SocketShutdown.Send);
            await Replies.ReadAsync(timer.Token);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException) { /* the server need not say goodbye */ }
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_closed) return;
        _closed = true;
        if (_stream is SslStream secured) await EndTlsAsync(secured);
        _sending.Dispose();
        _reading.Dispose();
        await _stream.DisposeAsync();
    }

    /// <summary>Says that we are through (RFC 8446 6.1), so that the server knows that nothing was cut off; it may have gone already.</summary>
    async ValueTask EndTlsAsync(SslStream secured)
    {
        try { await secured.ShutdownAsync().WaitAsync(QuitTimeout, clock); }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException or TimeoutException or SocketException) { socket?.Close(0); }
    }
}

/// <summary>Name is the authenticator's, Id what client_set_id gave (Exim 33.1); both go into the log as A=.</summary>
sealed record PeerLogin(string Name, string Id);
