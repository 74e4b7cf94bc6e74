using System.Net.Sockets;
using System.Diagnostics;
using ScriptMta.Expansion;
using ScriptMta.Tests.Spool;

namespace ScriptMta.Tests.Expansion.Programs;

/// <summary>What ${readfile refuses, so that no rule waits or grows without end. What it reads is in cases/files.txt.</summary>
public sealed class ReadFileTests
{
    [Fact]
    public void A_FIFO_that_nobody_writes_to_is_refused_at_once()
    {
        using var folder = new TemporaryDirectory();
        var name = Path.Combine(folder.Path, "fifo");
        using (var mkfifo = Process.Start("/usr/bin/mkfifo", [name])) mkfifo.WaitForExit();
        Assert.Equal($"Failed: failed to open {name}: it is not a regular file", Read(name));
    }

    [Fact]
    public void A_socket_is_refused()
    {
        using var folder = new TemporaryDirectory();
        var name = Path.Combine(folder.Path, "socket");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(name));
        Assert.Equal($"Failed: failed to open {name}: No such device or address", Read(name));
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/urandom")]
    public void Devices_are_refused(string name) => Assert.StartsWith($"Failed: failed to open {name}: ", Read(name), StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_too_large_for_a_result_is_refused()
    {
        using var folder = new TemporaryDirectory();
        var name = Path.Combine(folder.Path, "large");
        using (var file = File.Create(name)) file.SetLength(1024L * 1024 * 1024);
        Assert.Equal($"Failed: failed to open {name}: it is larger than 67108864 bytes", Read(name));
    }

    [Fact]
    public void A_name_that_a_stranger_chose_is_refused()
    {
        var context = ExpansionFixture.Context();
        context.Variables["value"] = Value.Tainted("passwd");
        Assert.Equal("Failed: Tainted filename '/etc/passwd'", ExpansionFixture.Be("${readfile{/etc/$value}}", context));
    }

    [Fact]
    public void What_replaces_newlines_taints_only_a_text_that_has_some()
    {
        using var folder = new TemporaryDirectory();
        var (with, without) = (Path.Combine(folder.Path, "with"), Path.Combine(folder.Path, "without"));
        File.WriteAllText(with, "a\n");
        File.WriteAllText(without, "a");
        Assert.True(Expanded(with).Value.IsTainted);
        Assert.False(Expanded(without).Value.IsTainted);
    }

    static Expanded Expanded(string name)
    {
        var context = ExpansionFixture.Context();
        context.Variables["value"] = Value.Tainted("x");
        return Template.Parse($"${{readfile{{{name}}}{{$value}}}}", ExpansionFixture.At).Expand(context);
    }

    static string Read(string name) => ExpansionFixture.Be($"${{readfile{{{name}}}}}");
}
