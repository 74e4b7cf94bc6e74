using System.Net;
using System.Net.Sockets;
using System.Text;
using ScriptMta.Tests.Smtp;
using ScriptMta.Transports;

namespace ScriptMta.Tests.Transports;

/// <summary>socks_proxy; outcomes as Exim 4.96 gave them with a proxy that did the same.</summary>
public sealed class SocksProxyTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("auth=name name=me pass=secret", "me:secret")]
    public async Task The_connection_goes_through_the_proxy(string options, string? login)
    {
        await using var server = new ScriptedServer();
        await using var proxy = new SocksServer();
        await using var bench = Bench(server.Port, $"127.0.0.1 port={proxy.Port} {options}");
        Assert.Equal($"delivered H=127.0.0.1 [127.0.0.1] PRX=[127.0.0.1]:{proxy.Port} C=\"250 OK id=abc\"", await bench.OneAsync("a@remote.test"));
        Assert.Equal((login, $"127.0.0.1:{server.Port}"), (proxy.Login, proxy.Asked));
    }

    [Theory]
    [InlineData("method", "deferred (71) local: Protocol error", "Unrecognised socks auth method 255")]
    [InlineData("login", "deferred (13) local: Permission denied", "socks auth failed")]
    [InlineData("1", "deferred (5) local: Input/output error", null)]
    [InlineData("2", "deferred (13) local: Permission denied", null)]
    [InlineData("4", "deferred (113) local: No route to host", null)]
    [InlineData("5", "deferred (111) refused_A: Connection refused", null)]
    [InlineData("9", "deferred (71) local: Protocol error", null)]
    [InlineData("drop", "deferred (104) local: Connection reset by peer", null)]
    [InlineData("hang", "deferred (110) timeout_connect_A: Connection timed out", null)]
    public async Task What_the_proxy_cannot_do_waits(string trouble, string said, string? logged)
    {
        await using var server = new ScriptedServer();
        await using var proxy = new SocksServer { Trouble = trouble };
        await using var bench = Bench(server.Port, $"127.0.0.1 port={proxy.Port} tmo=1{(trouble == "login" ? " auth=name name=me pass=secret" : "")}");
        Assert.Equal(said, await bench.OneAsync("a@remote.test"));
        Assert.Equal(0, server.Connections);
        if (logged is not null) Assert.Contains(logged, bench.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", bench.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_proxy_is_tried_where_one_does_not_answer()
    {
        await using var server = new ScriptedServer();
        await using var proxy = new SocksServer();
        await using var bench = Bench(server.Port, $"127.0.0.1 port=1 pri=2 : 127.0.0.1 port={proxy.Port}");
        Assert.StartsWith("delivered", await bench.OneAsync("a@remote.test"), StringComparison.Ordinal);
        Assert.Contains("socks_sock_connect: Connection refused", bench.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_proxy_that_answers_nothing_goes_directly()
    {
        await using var server = new ScriptedServer();
        await using var bench = Bench(server.Port, "127.0.0.1 port=1");
        Assert.Equal("deferred (16) local: Device or resource busy", await bench.OneAsync("a@remote.test"));
        await using var unknown = Bench(server.Port, "${readfile{/no/such}}");
        Assert.Equal("deferred (-1) local: Bad expansion for socks_proxy in t: failed to open /no/such: No such file or directory", await unknown.OneAsync("a@remote.test"));
        Assert.Equal(0, server.Connections);
    }

    [Theory]
    [InlineData("proxy.test", "\"proxy.test\" is no IP address")]
    [InlineData("192.0.2.1 prot=5", "\"prot=5\" is no option of a proxy")]
    [InlineData("192.0.2.1 port=70000", "\"port=70000\" is no option of a proxy")]
    [InlineData("192.0.2.1 auth=gssapi", "\"auth=gssapi\" is no option of a proxy")]
    public void What_is_no_proxy_is_an_error(string list, string error)
    {
        Assert.Null(SocksProxy.Read(list, Random.Shared, out var said));
        Assert.Equal(error, said);
    }

    [Fact]
    public void Priority_comes_first_and_weight_decides_among_equals()
    {
        var first = Enumerable.Range(0, 2000).Select(i => SocksProxy.Read("192.0.2.1 weight=9 : 192.0.2.2 : 192.0.2.3 pri=0 weight=1000", new Random(i), out _)!).ToList();
        Assert.All(first, order => Assert.Equal("192.0.2.3", order[2].Address.Address.ToString()));
        Assert.InRange(first.Count(order => order[0].Address.Address.ToString() == "192.0.2.1"), 1700, 1900);
    }

    static TransportBench Bench(int port, string proxies) =>
        new($"driver = smtp\nhosts = 127.0.0.1\nport = {port}\nallow_localhost\nconnect_timeout = 2s\nsocks_proxy = {proxies}\n", selectors: "+proxy");

    /// <summary>A SOCKS5 proxy for one connection at a time; Trouble is what it answers instead: "method", "login", "drop", "hang" or the number of a failure.</summary>
    sealed class SocksServer : IAsyncDisposable
    {
        readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        readonly CancellationTokenSource _stop = new();
        readonly Task _serving;

        public SocksServer()
        {
            _listener.Start();
            _serving = ServeAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;
        public string Trouble { get; init; } = "";
        public string? Login { get; private set; }
        public string Asked { get; private set; } = "";

        async Task ServeAsync()
        {
            try
            {
                while (true)
                    using (var client = await _listener.AcceptTcpClientAsync(_stop.Token)) await SessionAsync(client.GetStream());
            }
            catch (OperationCanceledException) { }
        }

        async Task SessionAsync(NetworkStream stream)
        {
            try
            {
                var methods = await ReadAsync(stream, (await ReadAsync(stream, 2))[1]);
                var named = methods.Contains((byte)2);
                await stream.WriteAsync(new byte[] { 5, Trouble == "method" ? (byte)255 : named ? (byte)2 : (byte)0 }, _stop.Token);
                if (named)
                {
                    var user = await ReadAsync(stream, (await ReadAsync(stream, 2))[1]);
                    Login = $"{Encoding.Latin1.GetString(user)}:{Encoding.Latin1.GetString(await ReadAsync(stream, (await ReadAsync(stream, 1))[0]))}";
                    await stream.WriteAsync(new byte[] { 1, Trouble == "login" ? (byte)1 : (byte)0 }, _stop.Token);
                }
                var asked = await ReadAsync(stream, 10);
                var target = new IPEndPoint(new IPAddress(asked.AsSpan(4, 4)), asked[8] << 8 | asked[9]);
                Asked = target.ToString();
                if (Trouble == "drop") return;
                if (Trouble == "hang") await Task.Delay(Timeout.Infinite, _stop.Token);
                var failure = byte.TryParse(Trouble, out var number) ? number : (byte)0;
                await stream.WriteAsync(new byte[] { 5, failure, 0, 1, 0, 0, 0, 0, 0, 0 }, _stop.Token);
                if (failure == 0) await PassAsync(stream, target);
            }
            catch (Exception error) when (error is IOException or SocketException) { }
        }

        async Task PassAsync(NetworkStream stream, IPEndPoint target)
        {
            using var onward = new TcpClient();
            await onward.ConnectAsync(target, _stop.Token);
            await Task.WhenAny(stream.CopyToAsync(onward.GetStream(), _stop.Token), onward.GetStream().CopyToAsync(stream, _stop.Token));
        }

        async Task<byte[]> ReadAsync(NetworkStream stream, int count)
        {
            var bytes = new byte[count];
            await stream.ReadExactlyAsync(bytes, _stop.Token);
            return bytes;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _serving;
            _listener.Stop();
            _stop.Dispose();
        }
    }
}
