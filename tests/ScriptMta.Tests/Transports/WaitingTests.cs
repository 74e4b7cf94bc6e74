using ScriptMta.Tests.Smtp;

namespace ScriptMta.Tests.Transports;

/// <summary>What is known but not built keeps mail waiting where going on without it would not be safe.</summary>
public sealed class WaitingTests
{
    [Theory]
    [InlineData("driver = appendfile\nfile = DIR/box\nmbx_format", "option \"mbx_format\" of t transport is known but not built yet")]
    public async Task A_transport_that_asks_for_it_delivers_nothing(string options, string text)
    {
        await using var bench = new TransportBench(options + "\n");
        Assert.EndsWith("; until then this transport defers all that comes to it", Assert.Single(bench.Problems), StringComparison.Ordinal);
        Assert.EndsWith(": " + text, await bench.OneAsync("u@mbox.test"), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(bench.Directory, "box")));
    }
}
