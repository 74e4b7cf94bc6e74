namespace ScriptMta.Acl;

/// <summary>
/// Ok: true. Fail: false. Defer: cannot be told now. Error: the rule itself is wrong, which a peer sees like Defer. Discard and Drop come out of
/// a nested ACL only.
/// </summary>
enum AclResultKind { Ok, Fail, Defer, Error, Discard, Drop }

/// <summary>What one condition said. Texts replace those that the statement has so far when they are not null; User is for the peer, Log for the log.</summary>
readonly record struct AclResult(AclResultKind Kind, string? User = null, string? Log = null)
{
    public static readonly AclResult Ok = new(AclResultKind.Ok);
    /// <summary>The condition counts as true even when negated: its argument was a forced failure.</summary>
    public static readonly AclResult Ignored = new(AclResultKind.Ok) { IsIgnored = true };
    public static readonly AclResult Fail = new(AclResultKind.Fail);
    public static AclResult Defer(string log, string? user = null) => new(AclResultKind.Defer, user, log);
    public static AclResult Error(string log) => new(AclResultKind.Error, null, log);
    public bool IsIgnored { get; private init; }
    /// <summary>A script's verdict: ends this ACL as it is, whatever the verb and the sign before the condition.</summary>
    public bool IsFinal { get; init; }

    public static AclResult Of(bool matched) => matched ? Ok : Fail;

    public static AclResult Of(Common.Match match) => match.Kind switch
    {
        Common.MatchKind.Yes => Ok,
        Common.MatchKind.No => Fail,
        _ => Defer(match.Reason ?? "could not be decided"),
    };

    /// <summary>`!condition`: only yes and no turn round.</summary>
    public AclResult Negate() => Kind switch
    {
        _ when IsFinal => this,
        AclResultKind.Ok when IsIgnored => this,
        AclResultKind.Ok => this with { Kind = AclResultKind.Fail },
        AclResultKind.Fail or AclResultKind.Drop => this with { Kind = AclResultKind.Ok },
        _ => this,
    };
}
