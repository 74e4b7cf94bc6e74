using ScriptMta.Logging;
using ScriptMta.Mail;
using ScriptMta.Queue;
using ScriptMta.Reception;
using ScriptMta.Spool;

namespace ScriptMta.Admin;

/// <summary>What the commands work on: the parts of the owner of the spool.</summary>
sealed record AdminServices
{
    public required ISpool Spool { get; init; }
    public required MailQueue Queue { get; init; }
    public required MessageIdSource Ids { get; init; }
    public required Func<ReceptionRules> Reception { get; init; }
    public required MailLog Log { get; init; }
    public required TimeProvider Clock { get; init; }
    /// <summary>Sends the reports about TLS now (RFC 8460), today's too; true: only shows what has been counted.</summary>
    public required Func<bool, CancellationToken, ValueTask<string>> TlsReports { get; init; }
    /// <summary>spool_directory.</summary>
    public required string Directory { get; init; }
    /// <summary>SIGHUP's work; the text says what happened.</summary>
    public required Func<string> Reload { get; init; }
}
