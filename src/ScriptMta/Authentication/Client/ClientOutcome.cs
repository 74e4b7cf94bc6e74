using ScriptMta.Smtp;

namespace ScriptMta.Authentication;

/// <summary>How one attempt to authenticate to a server ended. A lost connection is a PeerException instead.</summary>
abstract record ClientOutcome
{
    ClientOutcome() { }

    public sealed record Accepted : ClientOutcome;
    /// <summary>By the server: 5xx lets the next authenticator try, all else holds the mail up.</summary>
    public sealed record Refused(PeerReply Reply) : ClientOutcome;
    /// <summary>The authenticator is not for this host (a forced failure), or the server is beyond it; Why is logged unless it is empty. The next one may try.</summary>
    public sealed record Cancelled(string Why) : ClientOutcome;
    /// <summary>A fault of ours, or a server that is not what it says: no mail goes there now.</summary>
    public sealed record Broken(string Why) : ClientOutcome;

    public static readonly ClientOutcome Ok = new Accepted();
    public static readonly ClientOutcome NotForThisHost = new Cancelled("");
}
