using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScriptMta.Tests.Expansion.Programs;

/// <summary>
/// A server on a Unix socket, and on loopback TCP, that answers a request by its first word: what cases/sockets.txt asks. It reads up to a full stop, a newline or the end. Any
/// other word is said back in brackets. Lives as long as the test process.
/// </summary>
static class SocketPeer
{
    static readonly Lazy<(string Path, int Port)> Places = new(Start);
    static int _count;

    /// <summary>Of the Unix socket; "%SOCKET%" in cases.</summary>
    public static string Path => Places.Value.Path;
    /// <summary>"%PORT%" in cases; on 127.0.0.1 and ::1.</summary>
    public static int Port => Places.Value.Port;

    static (string, int) Start()
    {
        var folder = Directory.CreateTempSubdirectory("scriptmta-peer-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var path = System.IO.Path.Combine(folder, "s");
        Listen(new UnixDomainSocketEndPoint(path));
        var port = ((IPEndPoint)Listen(new IPEndPoint(IPAddress.Loopback, 0)).LocalEndPoint!).Port;
        if (Socket.OSSupportsIPv6) Listen(new IPEndPoint(IPAddress.IPv6Loopback, port));
        return (path, port);
    }

    static Socket Listen(EndPoint at)
    {
        var listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(at);
        listener.Listen();
        _ = Task.Run(async () =>
        {
            while (true) _ = ServeAsync(await listener.AcceptAsync());
        });
        return listener;
    }

    static async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            var request = await ReadAsync(socket);
            if (request.StartsWith("hang", StringComparison.Ordinal)) await Task.Delay(TimeSpan.FromSeconds(4));
            if (request.StartsWith("reset", StringComparison.Ordinal)) socket.LingerState = new(true, 0);
            else await socket.SendAsync(Encoding.Latin1.GetBytes(Answer(request)));
        }
    }

    static string Answer(string request) => request.TrimEnd('.', '\n') switch
    {
        "lines" => "a\nb\nc\n",
        "nul" => "a\0b\n",
        "none" or "hang" => "",
        "crlf" => "a\r\nb\r\n",
        "bytes" => "caf\u00e9 \u00ff\u0080",
        "unique" => $"{Interlocked.Increment(ref _count)}",
        _ => $"[{request}]",
    };

    static async Task<string> ReadAsync(Socket socket)
    {
        var request = "";
        var block = new byte[4096];
        for (int count; request.IndexOfAny(['.', '\n']) < 0 && (count = await socket.ReceiveAsync(block)) > 0;) request += Encoding.Latin1.GetString(block, 0, count);
        return request;
    }
}
