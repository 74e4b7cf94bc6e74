using System.Net;
using ScriptMta.Common.Posix;

namespace ScriptMta.Lookups;

/// <summary>Where a PostgreSQL server is: host and port, or a directory that holds a socket named for the port. An empty host is the system's socket.</summary>
sealed record PgsqlServer(string Host, int Port, bool IsSocket)
{
    const int DefaultPort = 5432;
    const string SocketDirectory = "/var/run/postgresql";
    const string SocketName = "/.s.PGSQL.";

    public string Place => IsSocket ? $"on socket \"{Host}{SocketName}{Port}\"" : $"at \"{Host}\", port {Port}";

    /// <summary><c>host</c>, <c>host:port</c>, <c>[address]:port</c> or <c>(/path/.s.PGSQL.port)</c>; null with a text.</summary>
    public static PgsqlServer? Parse(string text, out string error)
    {
        error = "";
        if (text.Length == 0) return new(SocketDirectory, DefaultPort, true);
        if (text[0] == '(') return Socket(text[1..].TrimEnd(')'), out error);
        var behind = text[0] == '[' && text.IndexOf(']') is var end and > 0 && IPAddress.TryParse(text.AsSpan(1, end - 1), out _) ? end : 0;
        var colon = text.IndexOf(':', behind);
        var host = colon < 0 ? text : text[..colon];
        return PortOf(colon < 0 ? "" : text[(colon + 1)..], out error) is { } port ? new(behind > 0 ? host.Trim('[', ']') : host, port, false) : null;
    }

    /// <summary>libpq's way: no user is the user that the process runs as.</summary>
    public static string UserName(string given) => given.Length > 0 ? given : Users.ByUid(Users.geteuid())?.Name ?? "";

    static PgsqlServer? Socket(string path, out string error)
    {
        error = "";
        var slash = path.LastIndexOf('/');
        if (slash < 0 || !path.AsSpan(slash).StartsWith(SocketName, StringComparison.Ordinal))
        {
            error = $"PGSQL invalid filename for socket: {path}";
            return null;
        }
        return PortOf(path[(slash + SocketName.Length)..], out error) is { } port ? new(slash == 0 ? SocketDirectory : path[..slash], port, true) : null;
    }

    static int? PortOf(string text, out string error)
    {
        error = "";
        if (text.Length == 0) return DefaultPort;
        if (!int.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, null, out var port)) error = $"PGSQL connection failed: invalid integer value \"{text}\" for connection option \"port\"\n";
        else if (port is <= 0 or > ushort.MaxValue) error = $"PGSQL connection failed: invalid port number: \"{text}\"\n";
        return error.Length == 0 ? port : null;
    }
}
