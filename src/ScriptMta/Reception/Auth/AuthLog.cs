using ScriptMta.Authentication;
using ScriptMta.Expansion;
using ScriptMta.Logging;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>Authentication in the logs, in Exim's words; fail2ban's filter for Exim reads the failures.</summary>
static class AuthLog
{
    public const string Hidden = "***";

    public static void Failed(SmtpSession session, string authenticator, AuthOutcome outcome, Reply reply, string id)
    {
        var deferred = outcome.Kind == AuthOutcomeKind.Defer;
        var named = id.Length > 0 && AuthAttempt.IsOfUser(outcome.Kind) ? $" (set_id={id})" : "";
        var what = deferred ? AuthReplies.NotNow("") : reply;
        session.Log.Refused($"{authenticator} authenticator failed for {session.Log.Host}: {what}{named}{(deferred ? ": " + outcome.Log : "")}");
    }

    public static void Ignored(SmtpSession session, string sender, string why) =>
        session.Rules.Environment.Log.Main(null, $"ignoring AUTH={sender} from {session.Log.HostAndIdent} ({why})");

    /// <summary>" A=authenticator:id", and the authenticated sender with log_selector smtp_mailauth; empty where nobody has authenticated.</summary>
    public static string Field(ConnectionFacts peer, string sender, LogOptions options)
    {
        if (peer.Authenticator.Length == 0) return "";
        var id = peer.AuthenticatedId.Length > 0 ? ":" + peer.AuthenticatedId : "";
        return $" A={peer.Authenticator}{id}{(options.Has("smtp_mailauth") && sender.Length > 0 ? ":" + sender : "")}";
    }

    /// <summary>A command line without what may be a password: the data of AUTH.</summary>
    public static string Masked(string line)
    {
        if (!IsAuth(line)) return line;
        var words = line.Split([' ', '\t'], 3, StringSplitOptions.RemoveEmptyEntries);
        return words.Length < 3 ? line : $"{words[0]} {words[1]} {Hidden}";
    }

    /// <summary>What follows such a line may be a password, too.</summary>
    public static bool IsAuth(string line) => line.StartsWith("AUTH", StringComparison.OrdinalIgnoreCase);
}
