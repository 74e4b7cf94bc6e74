using System.Text.Json;
using ScriptMta.Logging;
using ScriptMta.Mail;

namespace ScriptMta.Tests.Logging;

public sealed class LogFormatTests
{
    sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2025, 3, 7, 11, 0, 5, 250, TimeSpan.Zero);
        public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(1), "x", "x");
    }

    static readonly MessageId Id = new("1tDqYw-000000005vi-0000");

    static Dictionary<LogFile, string> Write(LogOptions options, Action<MailLog> use)
    {
        var files = Enum.GetValues<LogFile>().ToDictionary(file => file, _ => new StringWriter { NewLine = "\n" });
        using var log = new MailLog(new Clock(), file => files[file], options);
        use(log);
        return files.ToDictionary(file => file.Key, file => file.Value.ToString());
    }

    [Theory]
    [InlineData("", "2025-03-07 12:00:05 +0100 x\n")]
    [InlineData("+millisec", "2025-03-07 12:00:05.250 +0100 x\n")]
    public void The_offset_from_UTC_is_shown_when_asked_for(string selectors, string line) =>
        Assert.Equal(line, Write(LogSelectors.Parse(selectors, Assert.Fail) with { ShowsZone = true }, log => log.Main(null, "x"))[LogFile.Main]);

    [Fact]
    public void Without_a_reject_log_rejections_are_in_the_main_log_only()
    {
        var files = Write(LogOptions.Default with { WritesRejectLog = false }, log => log.Write([LogFile.Main, LogFile.Reject], null, "no", appendix: "h"));
        Assert.Equal(("2025-03-07 12:00:05 no\n", ""), (files[LogFile.Main], files[LogFile.Reject]));
    }

    [Fact]
    public void What_is_appended_is_in_the_reject_log_alone()
    {
        var files = Write(LogOptions.Default, log => log.Write([LogFile.Main, LogFile.Reject], Id, "no", appendix: "F From: a@b\n  Subject: x"));
        Assert.Equal("2025-03-07 12:00:05 1tDqYw-000000005vi-0000 no\n", files[LogFile.Main]);
        Assert.Equal("2025-03-07 12:00:05 1tDqYw-000000005vi-0000 no\nF From: a@b\n  Subject: x\n", files[LogFile.Reject]);
    }

    [Fact]
    public void Json_has_the_facts_and_the_text_on_one_line()
    {
        var facts = new LogFacts("rejection").With("sender", "\"forged\":\n1").With("recipients", (string[])["a@b", "c@d"]).With("size", 5L).With("nothing", "").With("umlaut", "\u00c3\u00a4").With("byte", "\u00e4");
        var line = Write(LogOptions.Default with { IsJson = true }, log => log.Write([LogFile.Reject], Id, "rejected \u00c3\u00a4", facts, "F From: x"))[LogFile.Reject];
        Assert.Equal(1, line.Count(c => c == '\n'));
        var json = JsonDocument.Parse(line.Select(c => (byte)c).ToArray()).RootElement;
        Assert.Equal("2025-03-07T12:00:05.250+01:00 reject 1tDqYw-000000005vi-0000 rejection", string.Join(' ', Names(json, "time", "log", "id", "event")));
        Assert.Equal(("\"forged\":\n1", 5), (json.GetProperty("sender").GetString(), json.GetProperty("size").GetInt32()));
        Assert.Equal(["a@b", "c@d"], json.GetProperty("recipients").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal(["rejected ä", "F From: x", "ä", "ä"], Names(json, "text", "header", "umlaut", "byte"));
        Assert.False(json.TryGetProperty("nothing", out _));
    }

    [Theory]
    [InlineData("<= a@b", "arrival")]
    [InlineData("=> a@b R=x", "delivery")]
    [InlineData("-> a@b R=x", "delivery")]
    [InlineData("** a@b: no", "failure")]
    [InlineData("== a@b: later", "deferral")]
    [InlineData("Completed", "completed")]
    [InlineData("daemon stopping", "note")]
    public void The_event_of_a_line_without_facts_is_that_of_its_flag(string text, string name) =>
        Assert.Equal(name, JsonDocument.Parse(Write(LogOptions.Default with { IsJson = true }, log => log.Main(Id, text))[LogFile.Main]).RootElement.GetProperty("event").GetString());

    /// <summary>The four examples of Exim 53.3, and the panic log of each.</summary>
    [Theory]
    [InlineData("/l/%slog-%D", "/l/mainlog-20250307", "/l/paniclog")]
    [InlineData("/l/exim-%s-%D.log", "/l/exim-main-20250307.log", "/l/exim-panic.log")]
    [InlineData("/l/%D-%slog", "/l/20250307-mainlog", "/l/paniclog")]
    [InlineData("/l/exim/%s.%M", "/l/exim/main.202503", "/l/exim/panic")]
    [InlineData("/dev/stdout", "/dev/stdout", "/dev/stdout")]
    public void Dates_are_part_of_the_names_but_not_of_the_panic_logs(string pattern, string main, string panic)
    {
        var now = new Clock().GetLocalNow();
        Assert.Equal((main, panic), (LogPath.Of(pattern, LogFile.Main, now), LogPath.Of(pattern, LogFile.Panic, now)));
    }

    static IEnumerable<string?> Names(JsonElement json, params string[] names) => names.Select(name => json.GetProperty(name).GetString());
}
