using System.Buffers;
using System.Text;
using System.Text.Json;
using ScriptMta.Common;

namespace ScriptMta.Logging;

/// <summary>
/// A log entry as one JSON object on one line (JSON Lines): time, log, pid, id, event, the facts, and under "text" the line as Exim would write it. Byte text becomes Unicode; where it is not
/// UTF-8 its bytes are taken for Latin-1.
/// </summary>
static class JsonLine
{
    /// <summary>The flags that log lines begin with (Exim 53.5).</summary>
    static readonly (string Flag, string Event)[] Flags =
    [
        ("<= ", "arrival"), ("(= ", "fakereject"), ("=> ", "delivery"), ("-> ", "delivery"), (">> ", "cutthrough"), ("*> ", "suppressed"), ("** ", "failure"), ("== ", "deferral"), ("Completed", "completed"),
    ];

    public static string Of(LogRecord record, LogFile file)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("time", record.Time.ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("log", file switch { LogFile.Main => "main", LogFile.Reject => "reject", _ => "panic" });
            json.WriteNumber("pid", Environment.ProcessId);
            if (record.Id is { } id) json.WriteString("id", id.Text);
            json.WriteString("event", record.Facts?.Event ?? EventOf(record.Text));
            foreach (var (name, value) in record.Facts?.Values ?? []) Write(json, name, value);
            json.WriteString("text", Latin1.ToUnicode(record.Text));
            if (file == LogFile.Reject && record.Appendix is { } header) json.WriteString("header", Latin1.ToUnicode(header));
            json.WriteEndObject();
        }
        // The writers of the files take a char for a byte.
        return Latin1.Decode(bytes.WrittenSpan);
    }

    /// <summary>Of a line without facts; message ids are apart, so that only our own words stand at the beginning.</summary>
    static string EventOf(string text)
    {
        foreach (var (flag, name) in Flags)
            if (text.StartsWith(flag, StringComparison.Ordinal)) return name;
        return "note";
    }

    static void Write(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case string text: json.WriteString(name, Latin1.ToUnicode(text)); break;
            case bool truth: json.WriteBoolean(name, truth); break;
            case int or long: json.WriteNumber(name, Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)); break;
            case IEnumerable<string> texts:
                json.WriteStartArray(name);
                foreach (var text in texts) json.WriteStringValue(Latin1.ToUnicode(text));
                json.WriteEndArray();
                break;
            default: throw new ArgumentException($"a log fact of type {value.GetType()}", nameof(value));
        }
    }
}
