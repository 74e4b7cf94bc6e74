using System.IO.Compression;
using System.Text.Json;
using ScriptMta.Dns;
using ScriptMta.Mail;
using ScriptMta.Spool;
using ScriptMta.Tests.Dns;
using ScriptMta.Transports;

namespace ScriptMta.Tests.Transports;

/// <summary>RFC 8460: who wants reports, what is counted, and what a report says.</summary>
public sealed class TlsReportTests : IDisposable
{
    static readonly TlsReporter Reporter = new("Example Ltd", "tls@sender.test", "mail.sender.test");
    static readonly StsPolicy Sts = new(StsMode.Enforce, ["mx.example.com", "*.example.net"], TimeSpan.FromDays(7), "1");

    readonly SteppedClock _clock = new();
    readonly HintStore _hints;
    readonly TlsReportStore _store;

    public TlsReportTests()
    {
        _hints = new(_clock);
        _store = new(_hints, _clock);
    }

    [Theory]
    [InlineData("v=TLSRPTv1;rua=mailto:tls@example.com", "tls@example.com")]
    [InlineData("v=TLSRPTv1; rua = mailto:a%40b@example.com?subject=x , https://r.example.com/v1 ; x=y", "a@b@example.com https://r.example.com/v1")]
    [InlineData("v=TLSRPTv1; rua=http://r.example.com/,ftp://x/", null)]
    [InlineData("v=TLSRPTv1; rua=mailto:a%0d%0aRCPT@example.com", null)]
    [InlineData("v=TLSRPTv1; rua=mailto:a@exa_mple..com", null)]
    [InlineData("v=TLSRPTv1; rua=", null)]
    [InlineData("v=TLSRPTv1", null)]
    [InlineData("v=TLSRPTv2;rua=mailto:tls@example.com", null)]
    public void A_record_names_addresses_and_places(string text, string? expected) => Assert.Equal(expected, Places(TlsReportRecord.Of([Text(text), Text("other")])));

    [Fact]
    public void Of_a_hundred_places_five_get_a_report() =>
        Assert.Equal(5, TlsReportRecord.Of([Text("v=TLSRPTv1;rua=" + string.Join(',', Enumerable.Range(0, 100).Select(i => $"mailto:a{i}@b.test")))])!.Mail.Length);

    [Fact]
    public void Results_that_are_alike_are_counted_and_kept()
    {
        for (var i = 0; i < 3; i++) _store.Count(new("EXAMPLE.com", ReportedPolicy.Of(Sts)));
        _store.Count(new("example.com", ReportedPolicy.Of(Sts), TlsResult.Expired, "mx.example.com", "192.0.2.1"));
        _clock.Advance(TimeSpan.FromDays(1));
        _store.Count(new("example.com", ReportedPolicy.Of(Sts)));
        var all = new TlsReportStore(_hints, _clock).All();
        Assert.Equal([3, 1, 1], all.OrderBy(c => c.Day).ThenBy(c => c.Result.ResultType, StringComparer.Ordinal).Select(c => c.Count));
        _store.Forget(all.Where(c => c.Day == all[0].Day));
        Assert.Single(_store.All());
    }

    [Fact]
    public void What_servers_say_cannot_fill_the_store()
    {
        var policy = new ReportedPolicy("tlsa", [.. Enumerable.Repeat(new string('f', 5000), 500)], [.. Enumerable.Repeat(new string('m', 5000), 500)]);
        _store.Count(new(new string('d', 5000), policy, TlsResult.Other, new string('h', 5000), "192.0.2.1", "", new string('\x01', 5000)));
        Assert.Equal(1, Assert.Single(_store.All()).Count);
    }

    [Fact]
    public void A_report_is_the_JSON_of_RFC_8460()
    {
        for (var i = 0; i < 3; i++) _store.Count(new("example.com", ReportedPolicy.Of(Sts)));
        _store.Count(new("example.com", ReportedPolicy.Of(Sts), TlsResult.NotTrusted, "mx.example.com", "192.0.2.1", "198.51.100.7", "self \"signed\""));
        _store.Count(new("example.com", new("tlsa", ["3 1 1 ABCD"], ["mx2.example.com"]), TlsResult.Other, "mx2.example.com"));
        _store.Count(new("other.test", ReportedPolicy.None));
        var reports = TlsReport.Of(_store.All()).ToList();
        Assert.Equal(["example.com", "other.test"], reports.Select(r => r.Domain));
        using var unpacked = new GZipStream(new MemoryStream(reports[0].Packed(Reporter)), CompressionMode.Decompress);
        using var json = JsonDocument.Parse(unpacked);
        var root = json.RootElement;
        Assert.Equal("Example Ltd", root.GetProperty("organization-name").GetString());
        Assert.Equal("2026-11-21T00:00:00Z", root.GetProperty("date-range").GetProperty("start-datetime").GetString());
        Assert.Equal("2026-11-21T23:59:59Z", root.GetProperty("date-range").GetProperty("end-datetime").GetString());
        Assert.Equal("2026-11-21.example.com@mail.sender.test", root.GetProperty("report-id").GetString());
        var sts = root.GetProperty("policies").EnumerateArray().Single(p => p.GetProperty("policy").GetProperty("policy-type").GetString() == "sts");
        Assert.Equal("""["version: STSv1","mode: enforce","mx: mx.example.com","mx: *.example.net","max_age: 604800"]""", Compact(sts.GetProperty("policy").GetProperty("policy-string")));
        Assert.Equal("""["mx.example.com","*.example.net"]""", Compact(sts.GetProperty("policy").GetProperty("mx-host")));
        Assert.Equal("""{"total-successful-session-count":3,"total-failure-session-count":1}""", Compact(sts.GetProperty("summary")));
        Assert.Equal("""[{"result-type":"certificate-not-trusted","sending-mta-ip":"198.51.100.7","receiving-mx-hostname":"mx.example.com","receiving-ip":"192.0.2.1","failed-session-count":1,"failure-reason-code":"self \u0022signed\u0022"}]""",
            Compact(sts.GetProperty("failure-details")));
        Assert.Equal("mail.sender.test!example.com!1795219200!1795305599.json.gz", reports[0].FileName(Reporter));
    }

    [Fact]
    public void A_report_is_a_message_that_a_mail_reader_understands()
    {
        _store.Count(new("example.com", ReportedPolicy.Of(Sts)));
        var report = TlsReport.Of(_store.All()).Single();
        var headers = TlsReportMail.Headers(report, Reporter, new("tls", "sender.test"), [new("a", "example.com"), new("b", "example.com")], _clock.GetUtcNow(), "BOUNDARY", new MessageIdSource(_clock, 1).Next());
        Assert.Equal("Report Domain: example.com Submitter: mail.sender.test Report-ID: <2026-11-21.example.com@mail.sender.test>", headers.First("Subject")!.Unfolded);
        Assert.Equal("example.com", headers.First("TLS-Report-Domain")!.Value);
        Assert.Equal("No", headers.First("TLS-Required")!.Value);
        Assert.StartsWith("multipart/report; report-type=\"tlsrpt\";", headers.First("Content-Type")!.Value, StringComparison.Ordinal);
        var body = TlsReportMail.Body(report, Reporter, "BOUNDARY");
        Assert.Contains("1 sessions went well, 0 did not.", body, StringComparison.Ordinal);
        var attachment = body[(body.IndexOf("base64\n\n", StringComparison.Ordinal) + 8)..body.IndexOf("\n\n--BOUNDARY--", StringComparison.Ordinal)];
        Assert.Equal(report.Packed(Reporter), Convert.FromBase64String(attachment));
        Assert.All(body.Split('\n'), line => Assert.True(line.Length < 200, line));
    }

    static string? Places(TlsReportRecord? record) => record is null ? null : string.Join(' ', [.. record.Mail.Select(a => a.ToString()), .. record.Web.Select(u => u.ToString())]);

    static string Compact(JsonElement element) => JsonSerializer.Serialize(element);

    static TextRecord Text(string text) => new("_smtp._tls.example.com", DnsType.TXT, 300, [text]);

    public void Dispose() => _hints.Dispose();
}
