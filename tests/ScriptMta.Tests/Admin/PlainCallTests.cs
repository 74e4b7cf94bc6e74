using System.Text;
using System.Text.Json;
using ScriptMta.Admin;
using ScriptMta.Logging;

namespace ScriptMta.Tests.Admin;

public sealed class PlainCallTests : IAsyncLifetime, IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("smta-plain-").FullName;
    readonly MailLog _log = new(TimeProvider.System, _ => TextWriter.Null, LogOptions.Default);
    ControlServer _server = null!;

    public Task InitializeAsync()
    {
        _server = new ControlServer(ControlSocket.PathIn(_folder),
        [
            new AdminCommand("echo", false, static async (call, cancel) =>
            {
                using var copy = new MemoryStream();
                await call.Payload.CopyToAsync(copy, cancel);
                await call.Output.OutAsync(copy.ToArray(), cancel);
                await call.Output.ErrorAsync(string.Join(',', call.Request.Arguments) + call.Request.Option("x"), cancel);
                return 75;
            }),
            new AdminCommand("leave", false, static (_, _) => throw new IOException("gone")),
        ], _log);
        _server.Start();
        return Task.CompletedTask;
    }

    (int? Status, byte[] Output, string Error) Call(string command, byte[] payload, params string[] arguments)
    {
        var file = Path.Combine(_folder, "input");
        File.WriteAllBytes(file, payload);
        using var input = File.OpenHandle(file);
        return Call(new AdminRequest(command, arguments, new Dictionary<string, string> { ["x"] = "\u00e4\"\\" }), (int)input.DangerousGetHandle());
    }

    (int? Status, byte[] Output, string Error) Call(AdminRequest request, int input)
    {
        using MemoryStream output = new(), error = new();
        var status = PlainCall.TryRun(_folder, request, input, (isError, bytes) => (isError ? error : output).Write(bytes));
        return (status, output.ToArray(), Encoding.Latin1.GetString(error.ToArray()));
    }

    [Fact]
    public void Every_byte_arrives_both_ways()
    {
        var payload = new byte[300_000];
        new Random(7).NextBytes(payload);
        var (status, output, error) = Call("echo", payload, "\u00e4\n", "b");
        Assert.Equal(75, status);
        Assert.Equal(payload, output);
        Assert.Equal("\u00e4\n,b\u00e4\"\\", error);
    }

    [Fact]
    public void An_unknown_command_is_answered_before_the_input_is_read() =>
        Assert.Contains("does not know the command \"nonsense\"", Call("nonsense", new byte[1_000_000]).Error, StringComparison.Ordinal);

    [Fact]
    public async Task A_call_is_over_when_it_is_answered_though_the_input_stays_open()
    {
        await using var open = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        var input = (int)open.ClientSafePipeHandle.DangerousGetHandle();
        var (status, _, _) = await Task.Run(() => Call(new AdminRequest("nonsense", [], new Dictionary<string, string>()), input)).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(69, status);
    }

    [Fact]
    public void Nobody_listens_and_the_caller_does_it_otherwise()
    {
        var elsewhere = Path.Combine(_folder, "elsewhere");
        Assert.Null(PlainCall.TryRun(elsewhere, new("echo", [], new Dictionary<string, string>()), 0, static (_, _) => { }));
        Assert.Null(PlainCall.TryRun("/" + new string('x', 200), new("echo", [], new Dictionary<string, string>()), 0, static (_, _) => { }));
    }

    [Fact]
    public void An_owner_that_goes_away_unanswered_is_an_error() => Assert.Throws<IOException>(() => Call("leave", [1]));

    [Fact]
    public void The_request_is_what_the_serializer_reads()
    {
        var every = string.Concat(Enumerable.Range(1, 255).Select(i => (char)i));
        var request = new AdminRequest("submit", [every, "", "a"], new Dictionary<string, string> { ["sender"] = "", ["fact." + every] = "\u007f" });
        var read = JsonSerializer.Deserialize(PlainCall.TextOf(request), AdminJson.Default.AdminRequest)!;
        Assert.Equal(request.Command, read.Command);
        Assert.Equal(request.Arguments, read.Arguments);
        Assert.Equal(request.Options, read.Options);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
