using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>What XCLIENT can say of the client, as Postfix's XCLIENT_README has it. Each takes the decoded value, null = [UNAVAILABLE], and gives what it changes, or null where the value is no good.</summary>
static class XclientAttributes
{
    const string Unavailable = "[UNAVAILABLE]", NotNow = "[TEMPUNAVAIL]";

    /// <summary>RFC 1035 2.3.4; HELO names are as long at most.</summary>
    const int LongestName = 255;

    static readonly (string Name, Func<string?, Action<ConnectionFacts>?> Read)[] Rows =
    [
        ("NAME", static value => value is null ? Set(f => (f.HostName, f.HostLookupFailed) = ("", true)) : IsName(value) ? Set(f => f.HostName = value) : null),
        ("ADDR", Address),
        ("PORT", static value => Port(value) is { } port ? Set(f => f.HostPort = port) : null),
        ("HELO", static value => value is null ? Set(f => f.HeloName = "") : IsName(value) ? Set(f => f.HeloName = value) : null),
        ("PROTO", static value => value?.UpperAscii() is "SMTP" or "ESMTP" ? Set(f => f.Protocol = value.LowerAscii()) : null),
        ("LOGIN", static value => value is null ? Set(f => f.Authenticator = f.AuthenticatedId = "") : IsLogin(value) ? Set(f => (f.Authenticator, f.AuthenticatedId) = ("xclient", value)) : null),
        ("DESTADDR", static value => Ip(value) is { } ip ? Set(f => f.InterfaceAddress = ip) : null),
        ("DESTPORT", static value => Port(value) is { } port ? Set(f => f.InterfacePort = port) : null),
    ];

    static readonly FrozenDictionary<string, Func<string?, Action<ConnectionFacts>?>> Table = Rows.ToFrozenDictionary(r => r.Name, r => r.Read, StringComparer.Ordinal);

    public static readonly string Names = string.Join(' ', Rows.Select(r => r.Name));

    /// <summary>All of a command's attributes, ADDR first since it voids what was known of another client; or null and the reply to the first that is wrong: then nothing is to be changed.</summary>
    public static List<Action<ConnectionFacts>>? Read(string argument, out Reply error)
    {
        error = Replies.XclientNeedsAttributes;
        var changes = new List<Action<ConnectionFacts>>();
        foreach (var word in argument.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var name = (equals < 0 ? word : word[..equals]).UpperAscii();
            if (equals < 0 || !Table.TryGetValue(name, out var read)) { error = Replies.XclientUnknown(word); return null; }
            if (!Xtext.TryDecode(word[(equals + 1)..], out var value) || Change(name, read, value) is not { } change) { error = Replies.XclientBadValue(word); return null; }
            changes.Insert(name == "ADDR" ? 0 : changes.Count, change);
        }
        return changes.Count > 0 ? changes : null;
    }

    static Action<ConnectionFacts>? Change(string name, Func<string?, Action<ConnectionFacts>?> read, string value) => value.UpperAscii() switch
    {
        Unavailable => read(null),
        NotNow => name == "NAME" ? static f => (f.HostName, f.HostLookupDeferred) = ("", true) : null,
        _ => read(value),
    };

    /// <summary>Another client: nothing that was known of the one before holds.</summary>
    static Action<ConnectionFacts>? Address(string? value) => Ip(value) is not { } ip ? null : f =>
    {
        (f.HostAddress, f.HostPort, f.HostName, f.Ident) = (ip, 0, "", "");
        f.HostLookupFailed = f.HostLookupDeferred = f.HeloVerified = false;
    };

    static Action<ConnectionFacts> Set(Action<ConnectionFacts> change) => change;

    /// <summary>IPv6 has a prefix and no brackets.</summary>
    static string? Ip(string? value)
    {
        if (value is null) return null;
        var isV6 = value.StartsWith("IPV6:", StringComparison.OrdinalIgnoreCase);
        return IPAddress.TryParse(isV6 ? value.AsSpan(5) : value, out var ip) && ip.AddressFamily == (isV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork)
            && (isV6 || value.Count(c => c == '.') == 3) ? ip.ToString() : null;
    }

    static int? Port(string? value) =>
        value is null ? 0 : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort ? port : null;

    static bool IsName(string value) => value.Length is > 0 and <= LongestName && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '[' or ']');

    static bool IsLogin(string value) => value.Length is > 0 and <= LongestName && value.All(c => c is > ' ' and <= '~');
}
