using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using ScriptMta.Expansion;
using ScriptMta.Tests.Spool;

namespace ScriptMta.Tests.Expansion.Programs;

/// <summary>The saslauthd condition against a saslauthd on a Unix socket that says what the test wants. How wrong arguments are refused is in cases/authentication.txt.</summary>
public sealed class SaslauthdTests : IDisposable
{
    readonly TemporaryDirectory _folder = new();
    readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public SaslauthdTests()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder.Path, "mux")));
        _listener.Listen();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("OK", "y")]
    [InlineData("OK and more", "y")]
    [InlineData("NO", "n")]
    [InlineData("NO such user", "n")]
    [InlineData("ok", "Failed: ok")]
    [InlineData("HUH", "Failed: HUH")]
    [InlineData("", "Failed: saslauthd gave no answer")]
    public void The_answers_first_two_letters_count(string answer, string result)
    {
        _ = ServeAsync(Framed(answer), close: false);
        Assert.Equal(result, Be("${if saslauthd{{ann}{secret}}{y}{n}}"));
    }

    [Fact]
    public void An_answer_that_breaks_off_counts_as_far_as_it_came()
    {
        _ = ServeAsync([0, 9, (byte)'N', (byte)'O'], close: true);
        Assert.Equal("n", Be("${if saslauthd{{ann}{secret}}{y}{n}}"));
    }

    [Theory]
    [InlineData("${if saslauthd{{ann}{secret}}{y}{n}}", "ann|secret||")]
    [InlineData("${if saslauthd{{ann}{}{smtp}}{y}{n}}", "ann||smtp|")]
    [InlineData("${if saslauthd{{ann@a.b}{caf\u00e9}{smtp}{realm}}{y}{n}}", "ann@a.b|caf\u00e9|smtp|realm")]
    public async Task User_password_service_and_realm_go_out_in_that_order(string template, string sent)
    {
        var serving = ServeAsync(Framed("OK"), close: true);
        Assert.Equal("y", Be(template));
        Assert.Equal(sent, string.Join('|', await serving));
    }

    [Fact]
    public void An_error_defers()
    {
        _ = ServeAsync(Framed("HUH"), close: true);
        Assert.Equal(ExpandedKind.Deferred, Template.Parse("${if saslauthd{{ann}{secret}}{y}{n}}", ExpansionFixture.At).Expand(Context()).Kind);
    }

    [Fact]
    public void An_argument_that_its_length_cannot_hold_is_refused()
    {
        var context = Context();
        context.Variables["value"] = Value.Clean(new string('x', 65536));
        Assert.Equal("Failed: an argument of saslauthd is longer than 65535 bytes", ExpansionFixture.Be("${if saslauthd{{ann}{$value}}{y}{n}}", context));
    }

    string Be(string template) => ExpansionFixture.Be(template, Context());

    ExpansionContext Context() => ExpansionFixture.Context(ExpansionFixture.Environment() with { SaslauthdSocket = Path.Combine(_folder.Path, "mux") });

    async Task<string[]> ServeAsync(byte[] answer, bool close)
    {
        var client = await _listener.AcceptAsync();
        var texts = new string[4];
        for (var i = 0; i < texts.Length; i++) texts[i] = Encoding.Latin1.GetString(await ReadAsync(client, BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(client, 2))));
        await client.SendAsync(answer);
        // The real one closes; the answer must be taken for whole without that.
        if (close) client.Dispose();
        return texts;
    }

    static async Task<byte[]> ReadAsync(Socket client, int length)
    {
        var all = new byte[length];
        for (var read = 0; read < length;) read += await client.ReceiveAsync(all.AsMemory(read)) is var count and > 0 ? count : throw new IOException("the client went");
        return all;
    }

    static byte[] Framed(string answer) => [0, (byte)answer.Length, .. Encoding.Latin1.GetBytes(answer)];
}
