namespace ScriptMta.Lookups;

/// <summary>Where a MySQL server is (Exim 9.24): <c>host:port(socket)[group]</c>, each part optional; without a host, or with localhost, the socket is used.</summary>
/// <param name="Socket">Null: by TCP.</param>
sealed record MysqlServer(string Host, int Port, string? Socket)
{
    const int DefaultPort = 3306;
    /// <summary>Debian's; where MySQL has /tmp/mysql.sock, a configuration names it.</summary>
    const string DefaultSocket = "/run/mysqld/mysqld.sock";

    public static MysqlServer? Parse(string text, out string error)
    {
        error = "";
        // Not an IPv6 address, which begins with the bracket.
        if (text.LastIndexOf('[') is var group and > 0)
        {
            error = $"MYSQL connection failed: option files are not read, so the group {text[group..]} cannot be used: give host, port, socket, user and password in mysql_servers";
            return null;
        }
        string? socket = null;
        if (text.IndexOf('(') is var paren and >= 0) (socket, text) = (text[(paren + 1)..].TrimEnd(')'), text[..paren]);
        var colon = text.StartsWith('[') ? text.IndexOf(':', Math.Max(text.IndexOf(']'), 0)) : text.IndexOf(':');
        var port = colon < 0 ? DefaultPort : PortOf(text.AsSpan(colon + 1));
        var host = (colon < 0 ? text : text[..colon]).Trim('[', ']');
        return new(host, port, host is "" or "localhost" ? socket ?? DefaultSocket : null);
    }

    /// <summary>As Exim reads it: the digits in front; none are 0, which is the default.</summary>
    static int PortOf(ReadOnlySpan<char> text)
    {
        var digits = text.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? text[..end] : text;
        return int.TryParse(digits, out var port) && port > 0 ? port : DefaultPort;
    }
}
