using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ScriptMta.Transports;

/// <summary>Who reports.</summary>
sealed record TlsReporter(string Organization, string Contact, string Submitter);

/// <summary>The report for one domain about one day (RFC 8460 4).</summary>
sealed record TlsReport(string Domain, DateOnly Day, ImmutableArray<CountedResult> Results)
{
    public static IEnumerable<TlsReport> Of(IEnumerable<CountedResult> counted) => counted.GroupBy(c => (c.Result.Domain, c.Day)).Select(g => new TlsReport(g.Key.Domain, g.Key.Day, [.. g]));

    public string Id(TlsReporter reporter) => $"{Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.{Domain}@{reporter.Submitter}";

    /// <summary>RFC 8460 5.1.</summary>
    public string FileName(TlsReporter reporter) =>
        string.Create(CultureInfo.InvariantCulture, $"{reporter.Submitter}!{Domain}!{new DateTimeOffset(Begin).ToUnixTimeSeconds()}!{new DateTimeOffset(End).ToUnixTimeSeconds()}.json.gz");

    DateTime Begin => Day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
    DateTime End => Begin.AddDays(1).AddSeconds(-1);

    public byte[] Json(TlsReporter reporter)
    {
        using var text = new MemoryStream();
        // What stands in it comes from strangers, but nobody puts it into HTML here.
        using (var json = new Utf8JsonWriter(text, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("organization-name", reporter.Organization);
            json.WriteStartObject("date-range");
            json.WriteString("start-datetime", Begin);
            json.WriteString("end-datetime", End);
            json.WriteEndObject();
            json.WriteString("contact-info", reporter.Contact);
            json.WriteString("report-id", Id(reporter));
            json.WriteStartArray("policies");
            foreach (var policy in Results.GroupBy(r => r.Result.Policy)) WritePolicy(json, policy.Key, [.. policy]);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return text.ToArray();
    }

    public byte[] Packed(TlsReporter reporter)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(Json(reporter));
        return packed.ToArray();
    }

    void WritePolicy(Utf8JsonWriter json, ReportedPolicy policy, CountedResult[] results)
    {
        json.WriteStartObject();
        json.WriteStartObject("policy");
        json.WriteString("policy-type", policy.Type);
        WriteTexts(json, "policy-string", policy.Lines);
        json.WriteString("policy-domain", Domain);
        WriteTexts(json, "mx-host", policy.MxHosts);
        json.WriteEndObject();
        json.WriteStartObject("summary");
        json.WriteNumber("total-successful-session-count", results.Where(r => r.Result.IsSuccess).Sum(r => r.Count));
        json.WriteNumber("total-failure-session-count", results.Where(r => !r.Result.IsSuccess).Sum(r => r.Count));
        json.WriteEndObject();
        if (Array.Exists(results, r => !r.Result.IsSuccess))
        {
            json.WriteStartArray("failure-details");
            foreach (var failure in results.Where(r => !r.Result.IsSuccess)) WriteFailure(json, failure);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    static void WriteFailure(Utf8JsonWriter json, CountedResult failure)
    {
        json.WriteStartObject();
        json.WriteString("result-type", failure.Result.ResultType);
        foreach (var (name, value) in ((string, string)[])[("sending-mta-ip", failure.Result.SendingAddress), ("receiving-mx-hostname", failure.Result.MxHost), ("receiving-ip", failure.Result.ReceivingAddress)])
            if (value.Length > 0) json.WriteString(name, value);
        json.WriteNumber("failed-session-count", failure.Count);
        if (failure.Result.Detail.Length > 0) json.WriteString("failure-reason-code", failure.Result.Detail);
        json.WriteEndObject();
    }

    static void WriteTexts(Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        if (texts.IsEmpty) return;
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
