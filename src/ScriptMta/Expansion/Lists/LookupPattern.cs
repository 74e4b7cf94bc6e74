namespace ScriptMta.Expansion;

/// <summary>"type;file" or "type;query" in a domain or local part list: found = matched, and the data found is the match's data.</summary>
sealed class LookupPattern(string type, string rest) : ListPattern
{
    public override ItemResult Test(ListSubject subject)
    {
        var search = LookupSearch.Parse(type, subject.Context.Environment.Lookups, out var error);
        if (search is null) return ItemResult.Defer(error);
        var found = search.Find(Value.Tainted(subject.Compared), LookupSearch.SourceOfItem(rest, subject.ListTaint), subject.Context);
        if (found.Result is LookupResult.Found) subject.SetCaptures(subject.Compared, found.Wild, found.Rest);
        return Outcome(found.Result);
    }

    /// <summary>A wrong request is no "no" either.</summary>
    public static ItemResult Outcome(LookupResult result) => result switch
    {
        LookupResult.Found found => ItemResult.Yes(found.Data),
        LookupResult.NotFound => ItemResult.No,
        LookupResult.Deferred deferred => ItemResult.Defer(deferred.Reason),
        LookupResult.Failed failed => ItemResult.Defer(failed.Reason),
        _ => throw new InvalidOperationException(result.ToString()),
    };
}
