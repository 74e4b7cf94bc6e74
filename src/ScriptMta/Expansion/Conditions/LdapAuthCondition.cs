namespace ScriptMta.Expansion;

/// <summary>A lookup type that can try a user's password; ldap is one.</summary>
interface IPasswordBind
{
    /// <summary>Found: right. NotFound: wrong. Deferred: the server could not say, or the query is wrong.</summary>
    LookupResult Authenticate(string query, ExpansionContext context);
}

/// <summary>ldapauth{user= pass= ldap://…}: true when the server lets the user in (Exim 11.7).</summary>
static class LdapAuthCondition
{
    public static ExpandedKind Test(Evaluation evaluation, Value[] arguments, out bool yes)
    {
        yes = false;
        if (evaluation.Context.Environment.Lookups.GetValueOrDefault("ldap") is not IPasswordBind ldap) return evaluation.Fail("unknown lookup type \"ldap\"");
        switch (ldap.Authenticate(arguments[0].Text, evaluation.Context))
        {
            case LookupResult.Found: yes = true; return ExpandedKind.Ok;
            case LookupResult.NotFound: return ExpandedKind.Ok;
            case LookupResult.Deferred deferred: return evaluation.Defer(deferred.Reason);
            case LookupResult.Failed failed: return evaluation.Fail(failed.Reason);
            case var other: throw new InvalidOperationException(other.ToString());
        }
    }
}
