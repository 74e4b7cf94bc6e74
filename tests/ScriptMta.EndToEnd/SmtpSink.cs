using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScriptMta.EndToEnd;

/// <summary>A mail server that takes everything, one thread a connection, until disposed.</summary>
sealed class SmtpSink : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly List<SinkMessage> _messages = [];
    volatile bool _stopped;

    public SmtpSink()
    {
        _listener.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Told of each message before it is answered; then none is kept.</summary>
    public Action<SinkMessage>? Taken { get; set; }

    public IReadOnlyList<SinkMessage> Messages { get { lock (_messages) return [.. _messages]; } }

    void Accept()
    {
        while (!_stopped)
        {
            try
            {
                var client = _listener.AcceptTcpClient();
                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
            catch (SocketException) when (_stopped) { return; }
        }
    }

    void Serve(TcpClient client)
    {
        try
        {
            using (client) Converse(client.GetStream());
        }
        catch (IOException)
        {
            // The client went away: what it had finished is kept.
        }
    }

    void Converse(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1);
        void Say(string line) => stream.Write(Encoding.Latin1.GetBytes(line + "\r\n"));
        Say("220 sink.test ESMTP");
        var message = new SinkMessage("", [], "");
        while (reader.ReadLine() is { } line)
        {
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            if (verb == "EHLO") Say("250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 100000000");
            else if (verb == "MAIL") { message = new SinkMessage(Path(line), [], ""); Say("250 OK"); }
            else if (verb == "RCPT") { message.Recipients.Add(Path(line)); Say("250 OK"); }
            else if (verb == "DATA")
            {
                Say("354 go on");
                var data = new StringBuilder();
                string? text;
                while ((text = reader.ReadLine()) is not null && text != ".") data.Append(text.StartsWith('.') ? text[1..] : text).Append('\n');
                var whole = message with { Data = data.ToString() };
                if (text is null) return; // broken off in the middle
                if (Taken is { } taken) taken(whole);
                else lock (_messages) _messages.Add(whole);
                Say("250 taken");
            }
            else if (verb == "QUIT") { Say("221 bye"); return; }
            else Say("250 OK");
        }
    }

    static string Path(string line) => line[(line.IndexOf('<') + 1)..line.LastIndexOf('>')];

    public void Dispose()
    {
        _stopped = true;
        _listener.Stop();
    }
}

sealed record SinkMessage(string Sender, List<string> Recipients, string Data);
