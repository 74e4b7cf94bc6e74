namespace ScriptMta.Smtp;

/// <summary>The results of a transaction's recipients, in order; what is settled stays so.</summary>
sealed class TransactionResults(int recipients)
{
    readonly RecipientResult?[] _results = new RecipientResult?[recipients];

    public bool AllSettled => Array.TrueForAll(_results, r => r is not null);
    /// <summary>RFC 5321 3.8: after 421 the server closes.</summary>
    public bool HasShutdown => Array.Exists(_results, r => r is RecipientResult.Refused { Reply.Code: 421 });
    /// <summary>When all are settled.</summary>
    public IReadOnlyList<RecipientResult> All => _results!;

    /// <summary>Those that the server has accepted so far and that wait for what becomes of the message.</summary>
    public List<int> Open => [.. Enumerable.Range(0, _results.Length).Where(i => _results[i] is null)];

    public void Settle(int index, RecipientResult result) => _results[index] ??= result;

    /// <summary>All that are not settled yet.</summary>
    public void Settle(RecipientResult result)
    {
        for (var i = 0; i < _results.Length; i++) _results[i] ??= result;
    }
}
