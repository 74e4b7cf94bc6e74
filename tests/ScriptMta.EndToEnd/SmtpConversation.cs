using System.Net.Sockets;
using System.Text;

namespace ScriptMta.EndToEnd;

/// <summary>A plain SMTP client for tests: lines out, whole replies in.</summary>
sealed class SmtpConversation : IDisposable
{
    readonly TcpClient _client;
    readonly StreamReader _reader;

    public SmtpConversation(int port)
    {
        _client = new TcpClient("127.0.0.1", port) { NoDelay = true, ReceiveTimeout = 20_000, SendTimeout = 20_000 };
        _reader = new StreamReader(_client.GetStream(), Encoding.Latin1);
    }

    public void Send(string line) => SendRaw(line + "\r\n");
    public void SendRaw(string bytes) => _client.GetStream().Write(Encoding.Latin1.GetBytes(bytes));

    /// <summary>All lines of one reply joined by LF; empty at the end of the connection.</summary>
    public string Reply()
    {
        var reply = new StringBuilder();
        while (_reader.ReadLine() is { } line)
        {
            reply.Append(reply.Length == 0 ? "" : "\n").Append(line);
            if (line.Length < 4 || line[3] != '-') break;
        }
        return reply.ToString();
    }

    public string Ask(string line)
    {
        Send(line);
        return Reply();
    }

    /// <summary>One whole message; the reply to the final dot.</summary>
    public string Deliver(string from, IEnumerable<string> to, string message)
    {
        Assert.StartsWith("250", Ask($"MAIL FROM:<{from}>"), StringComparison.Ordinal);
        foreach (var address in to) Assert.StartsWith("250", Ask($"RCPT TO:<{address}>"), StringComparison.Ordinal);
        Assert.StartsWith("354", Ask("DATA"), StringComparison.Ordinal);
        SendRaw(message.ReplaceLineEndings("\r\n").Replace("\r\n.", "\r\n..", StringComparison.Ordinal));
        return Ask("\r\n.");
    }

    public void Dispose()
    {
        _reader.Dispose();
        _client.Dispose();
    }
}
