using System.Text;
using ScriptMta.Admin;
using ScriptMta.Logging;

namespace ScriptMta.Tests.Admin;

public sealed class ControlSocketTests : IAsyncLifetime, IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("smta-ctl-").FullName;
    readonly MailLog _log = new(TimeProvider.System, _ => TextWriter.Null, LogOptions.Default);
    ControlServer _server = null!;

    public Task InitializeAsync()
    {
        _server = new ControlServer(ControlSocket.PathIn(_folder),
        [
            new AdminCommand("echo", false, async (call, cancel) =>
            {
                using var copy = new MemoryStream();
                await call.Payload.CopyToAsync(copy, cancel);
                await call.Output.OutAsync(copy.ToArray(), cancel);
                await call.Output.ErrorAsync($"{call.Caller.Uid} {string.Join(',', call.Request.Arguments)}", cancel);
                return 75;
            }),
        ], _log);
        _server.Start();
        return Task.CompletedTask;
    }

    async Task<(int Status, byte[] Output, string Error)> CallAsync(string command, byte[] payload, params string[] arguments)
    {
        using var socket = ControlClient.TryConnect(_folder) ?? throw new InvalidOperationException("nobody listens");
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var status = await ControlClient.CallAsync(socket, new AdminRequest(command, arguments, new Dictionary<string, string>()), new MemoryStream(payload), new StandardOutput(output, error), default);
        return (status, output.ToArray(), Encoding.Latin1.GetString(error.ToArray()));
    }

    [Fact]
    public async Task Every_byte_arrives_and_the_kernel_says_who_asks()
    {
        var payload = new byte[300_000];
        new Random(7).NextBytes(payload);
        var (status, output, error) = await CallAsync("echo", payload, "\u00e4\n", "b");
        Assert.Equal(75, status);
        Assert.Equal(payload, output);
        Assert.Equal($"{ScriptMta.Common.Posix.Users.getuid()} \u00e4\n,b", error);
    }

    [Fact]
    public async Task An_unknown_command_is_named()
    {
        var (status, _, error) = await CallAsync("nonsense", []);
        Assert.Equal(69, status);
        Assert.Contains("does not know the command \"nonsense\"", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_is_over_when_it_is_answered_though_standard_input_stays_open()
    {
        using var socket = ControlClient.TryConnect(_folder)!;
        using var output = new MemoryStream();
        var open = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        using var input = new System.IO.Pipes.AnonymousPipeClientStream(System.IO.Pipes.PipeDirection.In, open.ClientSafePipeHandle);
        await using (open)
            Assert.Equal(69, await ControlClient.CallAsync(socket, new AdminRequest("nonsense", [], new Dictionary<string, string>()), input, new StandardOutput(output, output), default).AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task A_caller_that_is_killed_in_the_middle_has_submitted_nothing()
    {
        using var socket = ControlClient.TryConnect(_folder)!;
        await using (var stream = new System.Net.Sockets.NetworkStream(socket))
        {
            await stream.WriteAsync("{\"Command\":\"echo\",\"Arguments\":[],\"Options\":{}}\n"u8.ToArray());
            await stream.WriteAsync(new byte[] { 0, 0, 0, 10, (byte)'S', (byte)'u', (byte)'b' });
            socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            Assert.Equal(0, await stream.ReadAsync(new byte[10])); // no answer: nothing was carried out
        }
    }

    [Fact]
    public void One_user_cannot_take_every_place()
    {
        var limits = new CallLimits();
        var user = new Caller(1, uint.MaxValue - 5, 1);
        for (var i = 0; i < CallLimits.MostOfOneUser; i++) Assert.True(limits.TryEnter(user));
        Assert.False(limits.TryEnter(user));
        Assert.True(limits.TryEnter(user with { Uid = uint.MaxValue - 6 }));
        Assert.True(limits.TryEnter(Caller.Ourselves));
        limits.Leave(user);
        Assert.True(limits.TryEnter(user));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{\"Command\":null,\"Arguments\":[],\"Options\":{}}")]
    [InlineData("{\"Command\":\"echo\"}")]
    [InlineData("{\"Command\":\"echo\",\"Arguments\":[null],\"Options\":{}}")]
    [InlineData("{\"Command\":\"echo\",\"Arguments\":[\"\\u4e2d\"],\"Options\":{}}")]
    [InlineData("{\"Command\":\"echo\",\"Arguments\":[\"a\\u0000b\"],\"Options\":{}}")]
    [InlineData("{\"Command\":\"echo\",\"Arguments\":[],\"Options\":{\"sender\":null}}")]
    public async Task A_request_with_something_missing_or_no_bytes_in_it_is_refused(string request)
    {
        using var socket = ControlClient.TryConnect(_folder)!;
        await using var stream = new System.Net.Sockets.NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request + "\n"));
        var answer = new byte[1000];
        var length = await stream.ReadAsync(answer);
        Assert.Contains("malformed request", Encoding.Latin1.GetString(answer, 0, length), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_is_refused()
    {
        using var socket = ControlClient.TryConnect(_folder)!;
        await using var stream = new System.Net.Sockets.NetworkStream(socket);
        await stream.WriteAsync("{{{\n"u8.ToArray());
        var answer = new byte[1000];
        var length = await stream.ReadAsync(answer);
        Assert.Contains("malformed request", Encoding.Latin1.GetString(answer, 0, length), StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_listens_in_another_directory() => Assert.Null(ControlClient.TryConnect(Path.Combine(_folder, "elsewhere")));

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public void Dispose() => _log.Dispose();
}
