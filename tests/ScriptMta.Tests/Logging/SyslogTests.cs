using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ScriptMta.Logging;
using ScriptMta.Mail;

namespace ScriptMta.Tests.Logging;

/// <summary>Against a scripted daemon: a datagram socket in a temporary folder, as /dev/log is one.</summary>
public sealed class SyslogTests : IDisposable
{
    sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2025, 3, 7, 12, 0, 5, TimeSpan.Zero);
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }

    readonly string _folder = Directory.CreateTempSubdirectory("smta-syslog-").FullName;
    Socket _daemon;

    public SyslogTests() => _daemon = Listen();

    string Address => Path.Combine(_folder, "log");

    Socket Listen()
    {
        var daemon = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        daemon.Bind(new UnixDomainSocketEndPoint(Address));
        return daemon;
    }

    string Next()
    {
        var buffer = new byte[4096];
        return Encoding.Latin1.GetString(buffer, 0, _daemon.Receive(buffer));
    }

    MailLog Log(SyslogOptions options, LogOptions? log = null) => new(new Clock(), [new SyslogSink(options with { Socket = Address })], log ?? LogOptions.Default);

    [Fact]
    public void Each_log_has_its_priority_and_the_line_is_Exims()
    {
        using var log = Log(new());
        log.Main(new MessageId("1tDqYw-000000005vi-0000"), "<= a@b");
        log.Write([LogFile.Main, LogFile.Reject], null, "rejected", appendix: "F From: x");
        log.Panic(null, "oops");
        var head = $"Mar  7 12:00:05 exim[{Environment.ProcessId}]: ";
        Assert.Equal($"<22>{head}2025-03-07 12:00:05 1tDqYw-000000005vi-0000 <= a@b", Next());
        Assert.Equal($"<22>{head}2025-03-07 12:00:05 rejected", Next());
        Assert.Equal($"<21>{head}[1\\2] 2025-03-07 12:00:05 rejected", Next());
        Assert.Equal($"<21>{head}[2/2] F From: x", Next());
        Assert.Equal($"<17>{head}2025-03-07 12:00:05 oops", Next());
        Assert.Equal($"<22>{head}2025-03-07 12:00:05 oops", Next());
    }

    [Fact]
    public void Facility_name_stamps_and_copies_are_as_the_options_say()
    {
        using var log = Log(new() { Facility = SyslogOptions.Facilities["local3"], ProcessName = "mta", WithTimestamp = false, WithPid = false, Duplication = false }, LogSelectors.Parse("+pid", Assert.Fail));
        log.Write([LogFile.Main, LogFile.Reject], null, "rejected");
        log.Panic(null, "oops");
        log.Main(null, "last");
        Assert.Equal($"<157>Mar  7 12:00:05 mta[{Environment.ProcessId}]: rejected", Next());
        Assert.EndsWith(": oops", Next(), StringComparison.Ordinal);
        Assert.EndsWith(": last", Next(), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_entries_go_in_numbered_parts() =>
        Assert.Equal([$"[1/3] {new string('a', 870)}", $"[2\\3] {new string('a', 30)}", "[3/3] b"], SyslogSink.Parts($"{new string('a', 900)}\nb\n"));

    [Fact]
    public void A_daemon_that_was_restarted_is_found_again()
    {
        using var log = Log(new());
        log.Main(null, "one");
        Assert.EndsWith(" one", Next(), StringComparison.Ordinal);
        _daemon.Dispose();
        File.Delete(Address);
        log.Main(null, "lost");
        _daemon = Listen();
        log.Main(null, "two");
        Assert.EndsWith(" two", Next(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_daemon_that_takes_nothing_does_not_hold_up_the_mail()
    {
        using var log = Log(new());
        for (var i = 0; i < 30; i++) log.Main(null, new string('x', 800));
        Assert.EndsWith(new string('x', 800), Next(), StringComparison.Ordinal);
    }

    [Fact]
    public void Udp_carries_the_name_of_the_machine()
    {
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)) { Client = { ReceiveTimeout = 10_000 } };
        using var log = new MailLog(new Clock(), [new SyslogSink(new() { Socket = string.Create(CultureInfo.InvariantCulture, $"udp:127.0.0.1:{((IPEndPoint)udp.Client.LocalEndPoint!).Port}") })], LogOptions.Default);
        log.Main(null, "x");
        IPEndPoint? from = null;
        Assert.Equal($"<22>Mar  7 12:00:05 {Environment.MachineName} exim[{Environment.ProcessId}]: 2025-03-07 12:00:05 x", Encoding.Latin1.GetString(udp.Receive(ref from)));
    }

    public void Dispose()
    {
        _daemon.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
