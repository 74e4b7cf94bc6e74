namespace ScriptMta.Authentication;

/// <summary>
/// Ok: the client is who it says. Fail: it is not. Defer: nobody can say now. BadBase64, Cancelled, Unexpected (data that the mechanism has no place for) and TooLong are the client's errors.
/// Lost: it went away in the middle.
/// </summary>
enum AuthOutcomeKind { Ok, Fail, Defer, BadBase64, Cancelled, Unexpected, TooLong, Lost }

/// <summary>What came of an attempt. Of a deferral Log says why, and User (perhaps empty) is what the peer may know of it.</summary>
readonly record struct AuthOutcome(AuthOutcomeKind Kind, string Log = "", string User = "")
{
    public static readonly AuthOutcome Ok = new(AuthOutcomeKind.Ok);
    public static readonly AuthOutcome Fail = new(AuthOutcomeKind.Fail);
    public static readonly AuthOutcome Unexpected = new(AuthOutcomeKind.Unexpected);
    public static AuthOutcome Defer(string log, string user = "") => new(AuthOutcomeKind.Defer, log, user);

    public bool IsOk => Kind == AuthOutcomeKind.Ok;
}
