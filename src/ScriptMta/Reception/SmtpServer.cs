using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Network;
using ScriptMta.Spool;

namespace ScriptMta.Reception;

/// <summary>
/// The listening SMTP server of the daemon: listeners, the limits on connections, and a session for each. Each session keeps the rules that were in
/// force when it began.
/// </summary>
/// <param name="ports">-oX: replaces daemon_smtp_ports and local_interfaces where given, in Exim's syntax.</param>
sealed class SmtpServer(ISpool spool, Func<ReceptionRules> rules, MessageIdSource ids, string? ports) : IAsyncDisposable
{
    readonly TimeProvider _clock = rules().Environment.Clock;
    readonly List<Listener> _listeners = [];
    readonly ConcurrentDictionary<Task, byte> _sessions = new();
    readonly ConnectionTable _connections = new(rules().Environment.Clock);
    readonly CancellationTokenSource _abort = new();

    /// <summary>-tls-on-connect: all ports are like those of tls_on_connect_ports.</summary>
    public bool TlsOnConnect { get; init; }
    /// <summary>What ETRN starts; without it, nothing is.</summary>
    public EtrnRuns Etrn { get; init; } = new(null);

    /// <summary>Where it listens, with the ports that were bound (port 0 = any); those of LMTP come last.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints => [.. _listeners.Select(l => l.EndPoint)];
    public bool BeginsWithTls(IPEndPoint endpoint) => TlsOnConnect || rules().Options.Tls.IsOnConnect(endpoint.Port);
    public int ConnectionCount => _connections.Count;
    /// <summary>What the limits ask of the machine.</summary>
    public MachineState Machine { get; init; } = MachineState.Own;

    /// <summary>Throws SocketException or IOException with the address in its text when it cannot listen.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        var current = rules();
        foreach (var address in Addresses(current.Options)) await OpenAsync(address, current.Options).ConfigureAwait(false);
        var ofSmtp = _listeners.Count;
        foreach (var address in LmtpAddresses(current.Options)) await OpenAsync(address, current.Options).ConfigureAwait(false);
        for (var i = 0; i < _listeners.Count; i++)
        {
            var isLmtp = i >= ofSmtp;
            _listeners[i].Start(socket => Serve(socket, isLmtp), text => current.Environment.Log.Panic(null, text));
        }
    }

    async ValueTask OpenAsync(IPEndPoint address, ReceptionOptions options)
    {
        try { _listeners.Add(Listener.Open(address, options.ConnectBacklog)); }
        catch (SocketException error)
        {
            await CloseListenersAsync().ConfigureAwait(false);
            throw new IOException($"cannot listen on {address}: {error.Message}", error);
        }
    }

    /// <summary>daemon_lmtp_ports, on the same interfaces. -oX says nothing of them.</summary>
    static IEnumerable<IPEndPoint> LmtpAddresses(ReceptionOptions options)
    {
        if (options.Extensions.LmtpPorts.Length == 0) return [];
        var addresses = ListenAddress.Expand(new ListText(options.LocalInterfaces).ToList(), new ListText(options.Extensions.LmtpPorts).ToList(), out var error);
        if (error is not null) throw new IOException(error.Replace("daemon_smtp_ports", "daemon_lmtp_ports", StringComparison.Ordinal));
        return addresses.Where(a => !options.DisableIpv6 || a.AddressFamily == AddressFamily.InterNetwork);
    }

    /// <summary>-oX items with a dot or a colon are addresses, the others ports (Exim 13.1).</summary>
    IEnumerable<IPEndPoint> Addresses(ReceptionOptions options)
    {
        var (interfaces, numbers) = (new ListText(options.LocalInterfaces).ToList(), new ListText(options.DaemonSmtpPorts).ToList());
        if (ports is not null)
        {
            var given = new ListText(ports).ToList();
            var places = given.Where(g => g.Contains('.') || g.Contains(':')).ToList();
            var services = given.Except(places).ToList();
            if (places.Count > 0) interfaces = places;
            if (services.Count > 0) numbers = services;
        }
        var addresses = ListenAddress.Expand(interfaces, numbers, out var error);
        if (error is not null) throw new IOException(error);
        return addresses.Where(a => !options.DisableIpv6 || a.AddressFamily == AddressFamily.InterNetwork);
    }

    /// <summary>Accepts nobody new; a transaction that has reached DATA may finish within the limit, others get 421.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        await CloseListenersAsync().ConfigureAwait(false);
        foreach (var connection in _connections.All) connection.Stop();
        var all = Task.WhenAll(_sessions.Keys);
        await Task.WhenAny(all, Task.Delay(limit, _clock)).ConfigureAwait(false);
        if (!all.IsCompleted) await _abort.CancelAsync().ConfigureAwait(false);
        foreach (var connection in _connections.All) connection.Abort();
        await all.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_abort.IsCancellationRequested) await _abort.CancelAsync().ConfigureAwait(false);
        await CloseListenersAsync().ConfigureAwait(false);
        foreach (var connection in _connections.All) connection.Abort();
        await Task.WhenAll(_sessions.Keys).ConfigureAwait(false);
        _connections.Dispose();
        _abort.Dispose();
    }

    void Serve(Socket socket, bool isLmtp)
    {
        var session = ServeAsync(socket, isLmtp);
        if (session.IsCompleted) return;
        _sessions[session] = 0;
        session.ContinueWith((done, all) => ((ConcurrentDictionary<Task, byte>)all!).TryRemove(done, out _), _sessions, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    async Task ServeAsync(Socket socket, bool isLmtp)
    {
        // The accept loop goes on at once, whatever the rules of this connection do.
        await Task.Yield();
        var current = rules();
        Connection? connection = null;
        try
        {
            socket.NoDelay = current.Options.Limits.NoDelay;
            if (current.Options.Limits.KeepAlive) socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            var proxied = await ProxiedPeer.ReadAsync(socket, current, _clock, _abort.Token).ConfigureAwait(false);
            connection = proxied?.Client is { } client ? new Connection(socket, _clock) { Remote = client } : new Connection(socket, _clock);
            var ofHost = _connections.Add(connection);
            var session = new SmtpSession(connection, current, new(spool, ids) { Machine = Machine, Etrn = Etrn, TlsOnConnect = TlsOnConnect, Proxied = proxied }) { ConnectionCount = _connections.Count, IsLmtp = isLmtp };
            if (await AdmitAsync(session, ofHost).ConfigureAwait(false)) await session.RunAsync(_abort.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested) { /* the stop limit passed: the connection is cut */ }
        catch (ObjectDisposedException) when (_abort.IsCancellationRequested) { /* the same, seen by a read that was under way */ }
        catch (SocketException error) { current.Environment.Log.Main(null, $"connection lost before it was greeted: {error.Message}"); }
        // One broken session must not end the others; it is a bug, so it goes where an administrator looks.
        catch (Exception error) { current.Environment.Log.Panic(null, $"SMTP session ended by an internal error: {error}"); }
        finally
        {
            if (connection is null) socket.Dispose();
            else
            {
                _connections.Remove(connection);
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    async ValueTask<bool> AdmitAsync(SmtpSession session, int ofHost)
    {
        if (ConnectionLimits.Refuse(session, ofHost) is not { } refusal)
        {
            session.ConnectionLog.IsQuiet = session.PeerIsIn(session.Rules.Options.Limits.ConnectionNoLog);
            session.ConnectionLog.Connected(session.ConnectionCount);
            return true;
        }
        session.Replies.Write(refusal);
        try { await session.Replies.FlushAsync(_abort.Token).ConfigureAwait(false); }
        catch (IOException error) { session.ConnectionLog.Broken(error.Message); }
        return false;
    }

    async ValueTask CloseListenersAsync()
    {
        foreach (var listener in _listeners) await listener.DisposeAsync().ConfigureAwait(false);
        _listeners.Clear();
    }
}
