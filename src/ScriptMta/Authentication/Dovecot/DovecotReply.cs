using System.Text;

namespace ScriptMta.Authentication;

/// <summary>A line of Dovecot's authentication server: OK, FAIL or CONT, the request's number, and parameters. Of CONT, Data is decoded.</summary>
sealed record DovecotReply(string Verb, string Data, IReadOnlyList<string> Parameters)
{
    public string User => Unescape(Value("user") ?? "");
    public string Reason => Unescape(Value("reason") ?? "");
    public bool IsTemporary => Parameters.Contains("temp");
    /// <summary>Of OK: what the server's side of the mechanism has to say last, decoded; null = nothing.</summary>
    public string? Response => Value("resp") is { } text ? Base64Text.Decode(text) ?? throw new DovecotException("authentication socket protocol error, invalid base64 from the server") : null;

    /// <summary>Null when the line answers another request or is none of the three.</summary>
    public static DovecotReply? Parse(string line, string id)
    {
        var fields = line.Split('\t');
        if (fields.Length < 2 || fields[1] != id || fields[0] is not ("OK" or "FAIL" or "CONT")) return null;
        if (fields[0] != "CONT") return new(fields[0], "", fields[2..]);
        var data = Base64Text.Decode(fields.Length > 2 ? fields[2] : "") ?? throw new DovecotException("authentication socket protocol error, invalid base64 from the server");
        return new("CONT", data, []);
    }

    string? Value(string name) => Parameters.FirstOrDefault(p => p.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    /// <summary>^A and a character stand for what would end a parameter or a line.</summary>
    static string Unescape(string text)
    {
        if (!text.Contains('\x01')) return text;
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
            result.Append(text[at] != '\x01' || at + 1 == text.Length ? text[at] : text[++at] switch { '0' => '\0', '1' => '\x01', 't' => '\t', 'n' => '\n', 'r' => '\r', var other => other });
        return result.ToString();
    }
}
