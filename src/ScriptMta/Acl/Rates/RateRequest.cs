namespace ScriptMta.Acl;

/// <summary>What one ratelimit condition asks here and now.</summary>
readonly record struct RateRequest(RateRule Rule, string Key, RateUpdate Update, double Count, string? Unique)
{
    /// <summary>How long a rate that was measured stands without being measured again.</summary>
    public RateScope Scope => Rule.Options.Scope;

    /// <summary>Unique: what makes the event new (unique=, per_addr); null = every event counts. Wrong where the rule cannot be.</summary>
    public static RateRequest Of(RateRule rule, AclRun run, out string error)
    {
        var (options, belongs) = (rule.Options, rule.Options.Places.Holds(run.Where));
        error = !belongs && options.Update is (RateUpdate.Leaky or RateUpdate.Strict)
            ? $"\"{options.Mode}\" must not have /leaky or /strict option, or cannot be used in {AclWhereNames.Text(run.Where)} ACL" : "";
        var update = options.Update ?? (belongs ? RateUpdate.Leaky : RateUpdate.Readonly);
        var key = rule.Key ?? rule.KeyPrefix + run.Context.Connection.HostAddress;
        if (update == RateUpdate.Readonly) return new(rule, key, update, 0, null);
        var unique = options.Unique ?? (options.IsPerAddress ? $"{run.Context.Address.LocalPart}@{run.Context.Address.Domain}" : null);
        return new(rule, key, update, options.Count ?? options.CountedHere(run), unique);
    }
}
