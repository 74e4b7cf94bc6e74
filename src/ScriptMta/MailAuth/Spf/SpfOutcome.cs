namespace ScriptMta.MailAuth;

/// <summary>The results of check_host() (RFC 7208 2.6).</summary>
enum SpfResult { None, Neutral, Pass, Fail, SoftFail, TempError, PermError }

/// <param name="Explanation">What the domain says about a fail, expanded; null when it says nothing (RFC 7208 6.2). Text from outside.</param>
/// <param name="Reason">For the log: the term that decided, or what was wrong.</param>
sealed record SpfOutcome(SpfResult Result, string Reason, string? Explanation = null)
{
    public string Text => Result switch
    {
        SpfResult.None => "none", SpfResult.Neutral => "neutral", SpfResult.Pass => "pass", SpfResult.Fail => "fail", SpfResult.SoftFail => "softfail",
        SpfResult.TempError => "temperror", _ => "permerror",
    };
}
