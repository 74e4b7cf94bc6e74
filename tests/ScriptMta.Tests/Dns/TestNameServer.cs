using System.Net;
using System.Net.Sockets;
using ScriptMta.Dns;

namespace ScriptMta.Tests.Dns;

/// <summary>A name server on 127.0.0.1 whose answers a test makes up, byte by byte if it likes. The function gets the query and whether it came over TCP, and gives the packets to send.</summary>
sealed class TestNameServer : IDisposable
{
    readonly Func<byte[], bool, IEnumerable<byte[]>> _answer;
    readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    readonly TcpListener _tcp;
    readonly CancellationTokenSource _stop = new();
    int _queries;

    /// <param name="answer">What it says.</param>
    /// <param name="forPrograms">On port 53 of some other loopback address, where programs that read resolv.conf find it (needs root).</param>
    public TestNameServer(Func<byte[], bool, IEnumerable<byte[]>> answer, bool forPrograms = false)
    {
        _answer = answer;
        while (true)
        {
            try
            {
                _udp.Bind(forPrograms ? new IPEndPoint(new IPAddress([127, (byte)Random.Shared.Next(64, 127), (byte)Random.Shared.Next(1, 255), (byte)Random.Shared.Next(1, 255)]), 53) : new IPEndPoint(IPAddress.Loopback, 0));
                _tcp = new((IPEndPoint)_udp.LocalEndPoint!);
                _tcp.Start();
                break;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse) { _udp.Close(); _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp); }
        }
        _ = ServeUdp();
        _ = ServeTcp();
    }

    public TestNameServer(Func<byte[], byte[]> answer) : this((query, _) => [answer(query)]) { }

    public IPEndPoint EndPoint => (IPEndPoint)_tcp.LocalEndpoint;
    public int Queries => _queries;

    async Task ServeUdp()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var received = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                Interlocked.Increment(ref _queries);
                foreach (var packet in _answer(buffer[..received.ReceivedBytes], false)) await _udp.SendToAsync(packet, received.RemoteEndPoint);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException) { }
    }

    async Task ServeTcp()
    {
        try
        {
            while (true)
            {
                using var client = await _tcp.AcceptTcpClientAsync(_stop.Token);
                var stream = client.GetStream();
                var prefix = new byte[2];
                await stream.ReadExactlyAsync(prefix, _stop.Token);
                var query = new byte[prefix[0] << 8 | prefix[1]];
                await stream.ReadExactlyAsync(query, _stop.Token);
                Interlocked.Increment(ref _queries);
                foreach (var packet in _answer(query, true)) await stream.WriteAsync((byte[])[(byte)(packet.Length >> 8), (byte)packet.Length, .. packet], _stop.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException or IOException) { }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _udp.Dispose();
        _tcp.Stop();
        _stop.Dispose();
    }

    // Packets.

    public static byte[] Reply(byte[] query, int code, params byte[][] answers) => Reply(query, 0x8180 | code, answers, []);

    public static byte[] Reply(byte[] query, int flags, byte[][] answers, byte[][] authority)
    {
        var question = Question(query);
        return [query[0], query[1], (byte)(flags >> 8), (byte)flags, 0, 1, (byte)(answers.Length >> 8), (byte)answers.Length, 0, (byte)authority.Length, 0, 0,
            .. question, .. answers.SelectMany(a => a), .. authority.SelectMany(a => a)];
    }

    public static byte[] Question(byte[] query)
    {
        var end = 12;
        while (query[end] != 0) end += query[end] + 1;
        return query[12..(end + 5)];
    }

    public static byte[] Record(string name, DnsType type, uint ttl, params byte[] data) =>
        [.. Name(name), (byte)((ushort)type >> 8), (byte)type, 0, 1, (byte)(ttl >> 24), (byte)(ttl >> 16), (byte)(ttl >> 8), (byte)ttl, (byte)(data.Length >> 8), (byte)data.Length, .. data];

    public static byte[] A(string name, string address, uint ttl = 300) => Record(name, DnsType.A, ttl, IPAddress.Parse(address).GetAddressBytes());

    public static byte[] Soa(string name, uint ttl, byte minimum) =>
        Record(name, DnsType.SOA, ttl, [.. Name("ns." + name), .. Name("root." + name), 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, minimum]);

    public static byte[] Name(string name)
    {
        List<byte> wire = [];
        Assert.True(DnsName.TryEncode(name, wire));
        return [.. wire];
    }
}
