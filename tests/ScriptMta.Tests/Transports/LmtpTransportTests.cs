using System.Net.Sockets;
using System.Text;
using ScriptMta.Transports;

namespace ScriptMta.Tests.Transports;

/// <summary>The lmtp driver over a local socket and with a command; texts as Exim 4.96 logged them of the same server.</summary>
public sealed class LmtpTransportTests
{
    [Theory]
    [InlineData("", "delivered C=\"250 OK\"", "delivered C=\"250 OK\"")]
    [InlineData("end0=250 a fine;end1=550 b no", "delivered C=\"250 a fine\"", "failed: LMTP error after end of data: 550 b no")]
    [InlineData("end0=450 a later;end1=250-b|250 fine", "deferred (-46) data_450: LMTP error after end of data: 450 a later", "delivered C=\"250-b\\\\n250 fine\"")]
    [InlineData("rcpt0=550 no;rcpt1=450 no", "failed: LMTP error after RCPT TO:<a@mbox.test>: 550 no", "deferred (-44) rcpt_450: LMTP error after RCPT TO:<b@mbox.test>: 450 no")]
    [InlineData("data=550 no", "failed: LMTP error after DATA: 550 no", "failed: LMTP error after DATA: 550 no")]
    [InlineData("data=450 no", "deferred (-46) data_450: LMTP error after DATA: 450 no", "deferred (-46) data_450: LMTP error after DATA: 450 no")]
    [InlineData("mail=550 no", "failed: LMTP error after MAIL FROM:<s@mbox.test>: 550 no", "failed: LMTP error after MAIL FROM:<s@mbox.test>: 550 no")]
    [InlineData("mail=450 no", "deferred (-45) mail_450: LMTP error after MAIL FROM:<s@mbox.test>: 450 no", "deferred (-45) mail_450: LMTP error after MAIL FROM:<s@mbox.test>: 450 no")]
    [InlineData("banner=450 no", "deferred (-1) local: LMTP error after initial connection: 450 no", "deferred (-1) local: LMTP error after initial connection: 450 no")]
    [InlineData("lhlo=550 no", "failed: LMTP error after LHLO mx.test.org: 550 no", "failed: LMTP error after LHLO mx.test.org: 550 no")]
    [InlineData("banner=DROP", "deferred (-1) local: LMTP connection closed after initial connection", "deferred (-1) local: LMTP connection closed after initial connection")]
    [InlineData("end1=DROP", "delivered C=\"250 OK\"", "deferred (-1) local: LMTP connection closed after end of data")]
    [InlineData("mail=what", "deferred (-19) local: Malformed LMTP response after MAIL FROM:<s@mbox.test>: what", "deferred (-19) local: Malformed LMTP response after MAIL FROM:<s@mbox.test>: what")]
    public async Task Each_recipient_has_a_reply_of_its_own(string script, string a, string b)
    {
        await using var bench = new TransportBench("driver = lmtp\nsocket = DIR/s\ntimeout = 20s\nbatch_max = 10\nignore_quota\n");
        Assert.Empty(bench.Problems);
        using var server = new LmtpServer(Path.Combine(bench.Directory, "s"), script);
        Assert.Equal([a, b], (await bench.DeliverAsync("a@mbox.test", "b@mbox.test")).Select(TransportBench.Say));
        if (script.Length == 0) Assert.Equal("LHLO mx.test.org|MAIL FROM:<s@mbox.test>|RCPT TO:<a@mbox.test> IGNOREQUOTA|RCPT TO:<b@mbox.test> IGNOREQUOTA|DATA|QUIT", await server.HeardAsync());
    }

    [Fact]
    public async Task A_server_that_never_answers_is_left_after_the_time_limit()
    {
        await using var bench = new TransportBench("driver = lmtp\nsocket = DIR/s\ntimeout = 1s\n");
        using var server = new LmtpServer(Path.Combine(bench.Directory, "s"), "mail=HANG");
        Assert.Equal("deferred (-1) local: LMTP timeout after MAIL FROM:<s@mbox.test>", await bench.OneAsync("a@mbox.test"));
    }

    [Fact]
    public async Task A_socket_that_is_not_there_makes_it_wait()
    {
        await using var bench = new TransportBench("driver = lmtp\nsocket = DIR/none\n");
        Assert.Equal($"deferred (-1) local: Failed to connect to socket {bench.Directory}/none for t transport: No such file or directory", await bench.OneAsync("a@mbox.test"));
    }

    [Fact]
    public async Task A_command_speaks_on_its_standard_input_and_output_with_nothing_in_its_environment()
    {
        await using var bench = new TransportBench("driver = lmtp\ncommand = /bin/sh DIR/run $local_part_data\ntimeout = 20s\n");
        await File.WriteAllTextAsync(Path.Combine(bench.Directory, "run"), $$"""
            say() { printf '%s\r\n' "$1"; }
            say '220 hello'
            while read -r line; do
              echo "$line" >> {{bench.Directory}}/heard
              case "$line" in
                LHLO*) say '250 sink';;
                DATA*) say '354 go'; while read -r line; do echo "$line" >> {{bench.Directory}}/heard; [ "$line" = ".$(printf '\r')" ] && break; done; say "250 kept for $1 by ${USER-nobody}";;
                QUIT*) say '221 bye'; exit 0;;
                *) say '250 ok';;
              esac
            done
            """.Replace("            ", ""));
        Assert.Equal("delivered C=\"250 kept for a by nobody\"", await bench.OneAsync("a@mbox.test"));
        Assert.Contains("..dot\r\nlast no newline\r\n.\r\nQUIT", bench.Read("heard"));
    }

    [Theory]
    [InlineData("/bin/false")]
    [InlineData("/bin/nonesuch")]
    public async Task A_command_that_ends_at_once_is_a_connection_that_closed(string command)
    {
        await using var bench = new TransportBench($"driver = lmtp\ncommand = {command}\n");
        Assert.Equal("deferred (-1) local: LMTP connection closed after initial connection", await bench.OneAsync("a@mbox.test"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("socket = /s\ncommand = /bin/x\n")]
    public async Task Exactly_one_of_socket_and_command_must_be_set(string options)
    {
        await using var bench = new TransportBench("driver = lmtp\n" + options);
        Assert.Contains("one (and only one) of command or socket must be set for the t transport", Assert.Single(bench.Problems));
    }

    /// <summary>One conversation as a script of "stage=reply" wants it; "|" is a line end.</summary>
    sealed class LmtpServer : IDisposable
    {
        readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        readonly Dictionary<string, string> _script;
        readonly CancellationTokenSource _stop = new();
        readonly Task<string> _serving;

        public LmtpServer(string path, string script)
        {
            _script = script.Split(';', StringSplitOptions.RemoveEmptyEntries).ToDictionary(s => s.Split('=')[0], s => s[(s.IndexOf('=') + 1)..]);
            _listener.Bind(new UnixDomainSocketEndPoint(path));
            _listener.Listen(5);
            _serving = ServeAsync();
        }

        public async Task<string> HeardAsync() => await _serving.WaitAsync(TimeSpan.FromSeconds(20));

        async Task<string> ServeAsync()
        {
            var heard = new List<string>();
            using var socket = await _listener.AcceptAsync(_stop.Token);
            await using var stream = new NetworkStream(socket);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            try
            {
                await SayAsync(stream, "banner", "220 hello");
                int recipients = 0, accepted = 0;
                while (await reader.ReadLineAsync(_stop.Token) is { } line)
                {
                    heard.Add(line);
                    switch (line.Split(' ')[0])
                    {
                        case "QUIT": await SayAsync(stream, "quit", "221 bye"); return string.Join('|', heard);
                        case "LHLO": await SayAsync(stream, "lhlo", "250-sink|250-PIPELINING|250-SIZE|250-CHUNKING|250 IGNOREQUOTA"); break;
                        case "RCPT": if ((await SayAsync(stream, "rcpt" + recipients++, "250 ok"))[0] == '2') accepted++; break;
                        case "DATA":
                            if ((await SayAsync(stream, "data", "354 go"))[0] != '3') break;
                            while (await reader.ReadLineAsync(_stop.Token) != ".") { }
                            for (var i = 0; i < accepted; i++) await SayAsync(stream, "end" + i, "250 OK");
                            break;
                        default: await SayAsync(stream, line.Split(' ')[0].ToLowerInvariant(), "250 ok"); break;
                    }
                }
            }
            catch (Exception error) when (error is IOException or OperationCanceledException) { }
            return string.Join('|', heard);
        }

        async Task<string> SayAsync(NetworkStream stream, string stage, string otherwise)
        {
            var reply = _script.GetValueOrDefault(stage, otherwise);
            if (reply == "DROP") throw new IOException();
            if (reply == "HANG") await Task.Delay(Timeout.Infinite, _stop.Token);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(reply.Replace("|", "\r\n") + "\r\n"), _stop.Token);
            return reply;
        }

        public void Dispose()
        {
            _stop.Cancel();
            _listener.Dispose();
            _stop.Dispose();
        }
    }
}
