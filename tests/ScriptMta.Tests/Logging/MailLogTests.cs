using ScriptMta.Logging;
using ScriptMta.Mail;

namespace ScriptMta.Tests.Logging;

public sealed class MailLogTests
{
    sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;
        public override DateTimeOffset GetUtcNow() => Now;
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }

    static readonly DateTimeOffset Noon = new(2025, 3, 27, 12, 0, 5, 250, TimeSpan.Zero);

    static string Write(Action<MailLog> use, LogOptions? options = null)
    {
        using var text = new StringWriter { NewLine = "\n" };
        using var log = new MailLog(new FixedClock(Noon), _ => text, options ?? LogOptions.Default);
        use(log);
        return text.ToString();
    }

    [Fact]
    public void A_line_has_date_time_id_and_text()
    {
        var id = new MessageId("1tDqYw-000000005vi-0000");
        Assert.Equal("2025-03-27 12:00:05 1tDqYw-000000005vi-0000 <= a@b.example\n", Write(log => log.Main(id, "<= a@b.example")));
        Assert.Equal("2025-03-27 12:00:05 daemon stopping\n", Write(log => log.Main(null, "daemon stopping")));
    }

    [Fact]
    public void Nothing_from_a_peer_can_forge_a_line() =>
        Assert.Equal("2025-03-27 12:00:05 a\\n2025-03-27 12:00:06 forged\\r\t\\000\\177\n", Write(log => log.Main(null, "a\n2025-03-27 12:00:06 forged\r\t\0\x7f")));

    [Fact]
    public void Milliseconds_and_pid_are_shown_when_selected() =>
        Assert.Equal($"2025-03-27 12:00:05.250 [{Environment.ProcessId}] x\n", Write(log => log.Main(null, "x"), LogSelectors.Parse("+millisec +pid", _ => { })));

    [Fact]
    public void A_panic_is_in_the_main_log_too()
    {
        var files = new List<LogFile>();
        using var text = new StringWriter();
        using var log = new MailLog(new FixedClock(Noon), file => { files.Add(file); return text; }, LogOptions.Default);
        log.Panic(null, "x");
        Assert.Equal([LogFile.Panic, LogFile.Main], files);
    }

    [Fact]
    public void Files_are_opened_anew_after_rotation()
    {
        var folder = Directory.CreateTempSubdirectory("smta-log-").FullName;
        try
        {
            var clock = new FixedClock(Noon);
            using var files = new LogFiles(Path.Combine(folder, "%slog-%D"), clock);
            using var log = new MailLog(clock, files.WriterFor, LogOptions.Default);
            log.Main(null, "one");
            var path = Path.Combine(folder, "mainlog-20250327");
            File.Move(path, path + ".1");
            clock.Now += TimeSpan.FromSeconds(2);
            log.Main(null, "two");
            log.Reject(null, "three");
            Assert.EndsWith(" one\n", File.ReadAllText(path + ".1"), StringComparison.Ordinal);
            Assert.EndsWith(" two\n", File.ReadAllText(path), StringComparison.Ordinal);
            Assert.EndsWith(" three\n", File.ReadAllText(Path.Combine(folder, "rejectlog-20250327")), StringComparison.Ordinal);
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    [Theory]
    [InlineData("+subject -retry_defer", "subject", "retry_defer")]
    [InlineData("+all -millisec", "protocol_detail", "millisec")]
    [InlineData("-all+pid", "pid", "tls_cipher")]
    public void Selectors_are_added_and_removed_in_order(string text, string on, string off)
    {
        var options = LogSelectors.Parse(text, message => Assert.Fail(message));
        Assert.True(options.Has(on));
        Assert.False(options.Has(off));
    }

    [Theory]
    [InlineData("+subjct", "unknown log_selector setting: +subjct")]
    [InlineData("subject", "malformed log_selector setting: + or - expected but found \"subject\"")]
    public void Wrong_selectors_are_named(string text, string message)
    {
        var complaints = new List<string>();
        LogSelectors.Parse(text, complaints.Add);
        Assert.Equal([message], complaints);
    }
}
