using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScriptMta.Tests.Reception;

/// <summary>RFC 1413 against a scripted server on a port of its own (rfc1413_port).</summary>
public sealed class IdentTests
{
    /// <summary>Answers one question; "%" in the answer is the question.</summary>
    static async Task<string> AskedAsync(TcpListener ident, string? answer)
    {
        using var client = await ident.AcceptTcpClientAsync();
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        var question = (await reader.ReadLineAsync())!;
        if (answer is null) await reader.ReadLineAsync(); // Says nothing until the other side hangs up.
        else await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(answer.Replace("%", question, StringComparison.Ordinal)));
        return question;
    }

    [Theory]
    [InlineData("% : USERID : UNIX : alice\r\n", "H=(a.b) [127.0.0.1] U=alice rejected MAIL <s@t.u>\n")]
    [InlineData("% : ERROR : NO-USER\r\n", "H=(a.b) [127.0.0.1] rejected MAIL <s@t.u>\n")]
    [InlineData("1 , 2 : USERID : UNIX : alice\r\n", "H=(a.b) [127.0.0.1] rejected MAIL <s@t.u>\n")]
    [InlineData("% : USERID : UNIX : al\x1b[31mice\r\n", "H=(a.b) [127.0.0.1] rejected MAIL <s@t.u>\n")]
    [InlineData("nonsense", "H=(a.b) [127.0.0.1] rejected MAIL <s@t.u>\n")]
    public async Task What_the_host_of_the_client_says_of_its_user_is_logged(string answer, string line)
    {
        using var ident = new TcpListener(IPAddress.Loopback, 0);
        ident.Start();
        var asked = AskedAsync(ident, answer);
        await using var server = await LimitServer.StartAsync($"rfc1413_hosts = *\nrfc1413_query_timeout = 20s\nrfc1413_port = {((IPEndPoint)ident.LocalEndpoint).Port}\nacl_smtp_mail = deny\n");
        var client = await server.ConnectAsync();
        await client.ReadAsync();
        await client.SayAsync("HELO a.b");
        await client.SayAsync("MAIL FROM:<s@t.u>");
        await server.LogWithAsync(line);
        Assert.EndsWith($", {server.Server.Endpoints[0].Port}", await asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_does_not_answer_in_time_is_served_without()
    {
        using var ident = new TcpListener(IPAddress.Loopback, 0);
        ident.Start();
        var asked = AskedAsync(ident, null);
        await using var server = await LimitServer.StartAsync($"rfc1413_hosts = *\nrfc1413_query_timeout = 1s\nrfc1413_port = {((IPEndPoint)ident.LocalEndpoint).Port}\n", logSelectors: "ident_timeout");
        var client = await server.ConnectAsync();
        Assert.StartsWith("220 ", await client.ReadAsync(), StringComparison.Ordinal);
        await server.LogWithAsync("ident connection to 127.0.0.1 timed out\n");
        await asked;
    }
}
