using ScriptMta.Common;
using ScriptMta.Dns;

namespace ScriptMta.Transports;

/// <summary>The TXT record "_mta-sts.DOMAIN": that there is a policy, and which version of it (RFC 8461 3.1).</summary>
static class StsRecord
{
    const string Version = "v=STSv1";
    const int LongestId = 32;

    /// <summary>The id; null where there is no record, more than one, or one that is malformed: then the domain has no policy.</summary>
    public static string? IdOf(IEnumerable<TextRecord> records)
    {
        var found = records.Select(r => r.Joined).Where(IsOne).Take(2).ToList();
        if (found.Count != 1) return null;
        string? id = null;
        foreach (var field in found[0].Split(';').Skip(1))
        {
            var equals = field.IndexOf('=');
            if (equals < 0 || field[..equals].TrimSpace() != "id") continue;
            if (id is not null) return null;
            id = field[(equals + 1)..].TrimSpace();
        }
        return id is { Length: > 0 and <= LongestId } && id.All(char.IsAsciiLetterOrDigit) ? id : null;
    }

    static bool IsOne(string text) => text.StartsWith(Version, StringComparison.Ordinal) && text[Version.Length..].TrimSpace().StartsWith(';');
}
