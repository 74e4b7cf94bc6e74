namespace ScriptMta.Acl;

/// <summary>Rates that this session has measured and that still stand, so that a rule asked twice counts once.</summary>
sealed class RatesMeasured
{
    readonly Dictionary<(RateScope Scope, string Key), double> _rates = [];

    public bool TryGet(RateRequest request, out double rate) => _rates.TryGetValue((request.Scope, request.Key), out rate);

    public void Note(RateRequest request, double rate) => _rates[(request.Scope, request.Key)] = rate;

    /// <summary>A command, a message or the connection is over.</summary>
    public void Forget(RateScope scope)
    {
        if (_rates.Count == 0) return;
        foreach (var key in _rates.Keys)
            if (key.Scope == scope) _rates.Remove(key);
    }
}
