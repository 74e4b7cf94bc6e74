using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using ScriptMta.Common;
using ScriptMta.Common.Posix;

namespace ScriptMta.Authentication;

/// <summary>
/// One request to Dovecot's authentication server over its Unix socket, protocol 1.x: both say hello in lines with tabs between the fields, then AUTH, CONT and their answers. No thread waits, and
/// every answer has a time limit. What goes wrong is a <see cref="DovecotException"/>.
/// </summary>
sealed class DovecotConnection : IDisposable
{
    /// <summary>Dovecot itself gives up a request after 150 seconds; it delays the answer to a wrong password by 15 at most.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The protocol's own: 8192 bytes a line.</summary>
    const int LongestLine = 16384;
    const int MostHelloLines = 1000;
    const string RequestId = "1";
    const int MajorVersion = 1;

    readonly Socket _socket;
    readonly byte[] _buffer = new byte[4096];
    readonly HashSet<string> _mechanisms = new(StringComparer.OrdinalIgnoreCase);
    int _start, _end;

    DovecotConnection(Socket socket) => _socket = socket;

    public static async ValueTask<DovecotConnection> OpenAsync(string path, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var connection = new DovecotConnection(socket);
        try
        {
            // .NET says of every Unix socket that is not there that its address cannot be assigned.
            if (Files.Status(path, out var missing) is null) throw new DovecotException($"unable to connect to UNIX socket ({path}): {missing}");
            await WaitAsync(token => socket.ConnectAsync(new UnixDomainSocketEndPoint(Latin1.ToUnicode(path)), token), reason => $"unable to connect to UNIX socket ({path}): {reason}", cancel).ConfigureAwait(false);
            await connection.HelloAsync(cancel).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public async ValueTask<DovecotReply> BeginAsync(string mechanism, IEnumerable<string> parameters, string? first, CancellationToken cancel)
    {
        if (_mechanisms.Count > 0 && !_mechanisms.Contains(mechanism)) throw new DovecotException($"authentication socket: Dovecot does not offer the mechanism {mechanism}");
        var line = new StringBuilder($"AUTH\t{RequestId}\t{mechanism}");
        foreach (var parameter in parameters) line.Append('\t').Append(parameter);
        // The last: everything after it counts as its value.
        if (first is not null) line.Append(first.Length == 0 ? "\tresp==" : "\tresp=" + Base64Text.Encode(first));
        await SendAsync(line.Append('\n').ToString(), cancel).ConfigureAwait(false);
        return await AnswerAsync(cancel).ConfigureAwait(false);
    }

    public async ValueTask<DovecotReply> ContinueAsync(string data, CancellationToken cancel)
    {
        await SendAsync($"CONT\t{RequestId}\t{Base64Text.Encode(data)}\n", cancel).ConfigureAwait(false);
        return await AnswerAsync(cancel).ConfigureAwait(false);
    }

    public void Dispose() => _socket.Dispose();

    async ValueTask HelloAsync(CancellationToken cancel)
    {
        await SendAsync(string.Create(CultureInfo.InvariantCulture, $"VERSION\t{MajorVersion}\t0\nCPID\t{Environment.ProcessId}\n"), cancel).ConfigureAwait(false);
        for (var count = 0; count < MostHelloLines; count++)
        {
            var fields = (await LineAsync(cancel).ConfigureAwait(false)).Split('\t');
            switch (fields[0])
            {
                case "DONE": return;
                case "MECH" when fields.Length > 1: _mechanisms.Add(fields[1]); break;
                case "VERSION" when fields.Length < 2 || fields[1] != $"{MajorVersion}": throw new DovecotException("authentication socket protocol version mismatch");
                default: break; // what later versions add does not matter to us
            }
        }
        throw new DovecotException("authentication socket protocol error, no end of the greeting");
    }

    async ValueTask<DovecotReply> AnswerAsync(CancellationToken cancel)
    {
        for (var count = 0; count < MostHelloLines; count++)
            if (DovecotReply.Parse(await LineAsync(cancel).ConfigureAwait(false), RequestId) is { } reply) return reply;
        throw new DovecotException("authentication socket protocol error, unknown command received");
    }

    ValueTask SendAsync(string text, CancellationToken cancel) => WaitAsync(async token =>
    {
        ReadOnlyMemory<byte> bytes = Latin1.Encode(text);
        while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, token).ConfigureAwait(false)..];
    }, static reason => $"authentication socket write error: {reason}", cancel);

    async ValueTask<string> LineAsync(CancellationToken cancel)
    {
        var line = new StringBuilder();
        while (line.Length <= LongestLine)
        {
            var end = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            line.Append(Latin1.Decode(_buffer.AsSpan(_start, end < 0 ? _end - _start : end)));
            if (end >= 0)
            {
                _start += end + 1;
                return line.ToString();
            }
            await WaitAsync(async token => (_start, _end) = (0, await _socket.ReceiveAsync(_buffer, SocketFlags.None, token).ConfigureAwait(false)), static reason => $"authentication socket read error: {reason}", cancel).ConfigureAwait(false);
            if (_end == 0) throw new DovecotException("authentication socket read error or premature eof");
        }
        throw new DovecotException("authentication socket protocol error, line too long");
    }

    /// <summary>Each step has the whole patience: there are few of them.</summary>
    static async ValueTask WaitAsync(Func<CancellationToken, ValueTask> work, Func<string, string> message, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try { await work(patience.Token).ConfigureAwait(false); }
        catch (SocketException error) { throw new DovecotException(message(Reason(error))); }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { throw new DovecotException(message("Connection timed out")); }
    }

    static string Reason(SocketException error) => Marshal.GetPInvokeErrorMessage(error.NativeErrorCode);
}
