using System.Collections.Frozen;
using System.Globalization;

namespace ScriptMta.Acl;

/// <summary>control = dscp/value (Exim 44.22): how the packets of this connection are marked, by a name (RFC 2597, 3246, 1349) or a number up to 63.</summary>
static class DscpControl
{
    const int Largest = 0x3f;

    // The whole octet: six bits of DSCP (RFC 2474 3), or the old TOS bits.
    static readonly FrozenDictionary<string, int> Names = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["af11"] = 0x28, ["af12"] = 0x30, ["af13"] = 0x38, ["af21"] = 0x48, ["af22"] = 0x50, ["af23"] = 0x58, ["af31"] = 0x68, ["af32"] = 0x70, ["af33"] = 0x78,
        ["af41"] = 0x88, ["af42"] = 0x90, ["af43"] = 0x98, ["ef"] = 0xb8, ["lowcost"] = 0x02, ["lowdelay"] = 0x10, ["mincost"] = 0x02, ["reliability"] = 0x04, ["throughput"] = 0x08,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>An unknown value is not worth refusing mail for: it is logged.</summary>
    public static void Apply(AclRun run, string options)
    {
        var text = options.TrimStart('/');
        if (Octet(text) is not { } octet) Log(run, $"unknown DSCP value \"{text}\" in \"control=dscp{options}\": not set");
        else if (run.Session.MarkPackets?.Invoke(octet) is { } error) Log(run, $"DSCP {text} not set: {error}");
    }

    public static int? Octet(string text)
    {
        if (Names.TryGetValue(text, out var octet)) return octet;
        var hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return int.TryParse(hexadecimal ? text[2..] : text, hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value is >= 0 and <= Largest ? value << 2 : null;
    }

    static void Log(AclRun run, string line) => run.Context.Environment.Log.Main(run.Context.Message.Id, line);
}
