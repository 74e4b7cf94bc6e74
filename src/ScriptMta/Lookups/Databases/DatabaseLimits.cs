namespace ScriptMta.Lookups;

/// <summary>Exim waits for a database as long as it takes; a session that others wait behind does not.</summary>
static class DatabaseLimits
{
    /// <summary>A server in reach answers in milliseconds; after this the next one of the list is asked.</summary>
    public const int ConnectSeconds = 5;
    /// <summary>SMTP peers give a command five minutes (RFC 5321 4.5.3.2), and one command may need several lookups.</summary>
    public const int QuerySeconds = 30;
    /// <summary>Per server. PostgreSQL admits 100 connections and MariaDB 151 by default; others want some, too.</summary>
    public const int Connections = 20;
    /// <summary>An answer is an address, a path, a list; a query that forgot its WHERE must not use up memory.</summary>
    public const int ResultBytes = 16 * 1024 * 1024;

    public static string TooLarge { get; } = $"the result is larger than {ResultBytes >> 20} MB";
}
