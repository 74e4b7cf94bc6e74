using System.Net.Sockets;
using System.Text.Json;
using ScriptMta.Common;
using ScriptMta.Logging;

namespace ScriptMta.Admin;

/// <summary>
/// Listens on the control socket and runs commands for local callers. Anyone may connect (that is how sendmail submits); what a caller may
/// do is decided by the uid that the kernel reports.
/// </summary>
sealed class ControlServer(string path, IEnumerable<AdminCommand> commands, MailLog log, Func<AdminRights>? rights = null) : IAsyncDisposable
{
    readonly Dictionary<string, AdminCommand> _commands = commands.ToDictionary(c => c.Name, StringComparer.Ordinal);
    readonly CallLimits _limits = new();
    readonly CancellationTokenSource _stopping = new();
    readonly HashSet<Task> _calls = [];
    Socket? _listener;
    volatile bool _closing;
    Task _accepting = Task.CompletedTask;

    /// <summary>Throws <see cref="IOException"/> with a text for people when the socket cannot be made.</summary>
    public void Start()
    {
        if (Latin1.FromUnicode(path).Length > ControlSocket.LongestPath)
            throw new IOException($"{path}: the path of the control socket is longer than {ControlSocket.LongestPath} bytes; choose a shorter spool_directory");
        // Only the owner of the spool's lock gets here, so a socket that is there belongs to a process that is gone.
        File.Delete(path);
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        _listener.Listen(128);
        _accepting = AcceptAsync(_listener);
    }

    async Task AcceptAsync(Socket listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket client;
            try { client = await listener.AcceptAsync(_stopping.Token); }
            catch (OperationCanceledException) { return; }
            catch (Exception error) when (_closing && error is SocketException or ObjectDisposedException) { return; }
            catch (SocketException error)
            {
                log.Main(null, AdminLog.AcceptFailed(path, error));
                await Task.Delay(TimeSpan.FromSeconds(1), _stopping.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
                continue;
            }
            Track(ServeAsync(client, Caller.Of(client)));
        }
    }

    void Track(Task call)
    {
        lock (_calls) _calls.Add(call);
        call.ContinueWith(done => { lock (_calls) _calls.Remove(done); }, TaskScheduler.Default);
    }

    async Task ServeAsync(Socket client, Caller caller)
    {
        await Task.Yield();
        using var socket = client;
        await using var stream = new NetworkStream(client);
        var admitted = _limits.TryEnter(caller);
        try
        {
            var output = new FramedOutput(stream);
            var status = admitted ? await RunAsync(caller, stream, output, _stopping.Token) : await TurnAwayAsync(caller, output, _stopping.Token);
            using var patience = new CancellationTokenSource(ControlSocket.RequestTimeout);
            await output.ExitAsync(status, patience.Token);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
        {
            // The client went away, or we are stopping: it sees the end of the stream and no exit status.
            log.Main(null, AdminLog.CallBroken(error));
        }
#pragma warning disable CA1031 // A defect in one command must not go unseen, and must not end the daemon: it is reported, and the caller sees no exit status.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.Panic(null, AdminLog.CallFailed(error));
        }
        finally { if (admitted) _limits.Leave(caller); }
    }

    async ValueTask<int> TurnAwayAsync(Caller caller, AdminOutput output, CancellationToken cancel)
    {
        log.Main(null, AdminLog.TooManyCalls(caller.Uid));
        return await RefuseAsync(output, "too many commands are being carried out for you: try again later", ExitCode.TempFail, cancel);
    }

    async ValueTask<int> RunAsync(Caller caller, Stream stream, AdminOutput output, CancellationToken cancel)
    {
        var (request, rest) = await ReadRequestAsync(stream, cancel);
        if (request is null) return await RefuseAsync(output, "malformed request on the control socket", ExitCode.Usage, cancel);
        if (!_commands.TryGetValue(request.Command, out var command))
            return await RefuseAsync(output, $"the running daemon does not know the command \"{request.Command}\": is it older than this program?", ExitCode.Unavailable, cancel);
        if (!(rights?.Invoke() ?? AdminRights.Default).May(caller, command.Need))
            return await RefuseAsync(output, $"Permission denied: \"{request.Command}\" needs root, the user that the daemon runs as, or a member of admin_groups", ExitCode.NoPermission, cancel);
        CommandArguments.Log(request, log);
        return await command.Run(new AdminCall(request, caller, new FramedPayload(new PrefixedStream(rest, stream)), output), cancel);
    }

    static async ValueTask<int> RefuseAsync(AdminOutput output, string text, int status, CancellationToken cancel)
    {
        await output.ErrorAsync($"scriptmta: {text}\n", cancel);
        return status;
    }

    static async ValueTask<(AdminRequest? Request, ReadOnlyMemory<byte> Remainder)> ReadRequestAsync(Stream stream, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(ControlSocket.RequestTimeout);
        var buffer = new byte[4096];
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), limit.Token);
            if (read == 0) return (null, default);
            var end = buffer.AsSpan(length, read).IndexOf((byte)'\n');
            if (end >= 0)
                return (Decode(buffer.AsSpan(0, length + end)), buffer.AsMemory(length + end + 1, read - end - 1));
            length += read;
            if (length > ControlSocket.LongestRequest) return (null, default);
            if (length == buffer.Length) Array.Resize(ref buffer, length * 2);
        }
    }

    static AdminRequest? Decode(ReadOnlySpan<byte> line)
    {
        try { return JsonSerializer.Deserialize(line, AdminJson.Default.AdminRequest) is { IsWellFormed: true } request ? request : null; }
        catch (JsonException) { return null; }
    }

    /// <summary>Refuses new callers, lets the running ones finish within the limit, then breaks them off.</summary>
    public async ValueTask StopAsync(TimeSpan limit)
    {
        _closing = true;
        _listener?.Dispose();
        Task[] running;
        lock (_calls) running = [.. _calls];
        await Task.WhenAny(Task.WhenAll(running), Task.Delay(limit));
        await _stopping.CancelAsync();
        await _accepting;
        await Task.WhenAll(running);
        File.Delete(path);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested) await StopAsync(TimeSpan.Zero);
        _stopping.Dispose();
    }
}
