using System.Collections.Concurrent;

namespace ScriptMta.Expansion;

/// <summary>How long the answer to a query holds.</summary>
enum AnswerLife
{
    /// <summary>It is asked each time.</summary>
    Once,
    /// <summary>Until the message is done, or something is changed.</summary>
    Message,
    /// <summary>The query may change what others were told.</summary>
    ChangesOthers,
}

/// <summary>
/// What query-style lookups answered while one message is processed (Exim 9.8): a query that several routers make is sent once. A query that changes something is sent each
/// time, and forgets all answers. What could not be told is never kept. Deliveries of a message may ask at the same time.
/// </summary>
sealed class LookupAnswers
{
    // A message can have as many recipients as it likes; all is forgotten when there are more answers than queries and recipients of an honest one.
    const int Limit = 4096;

    /// <summary>Made with the first query: half a kilobyte, which an idle connection need not have.</summary>
    ConcurrentDictionary<Question, LookupResult>? _lazy;

    /// <param name="reads">False for "cache=no_rd": the answer is kept, but an earlier one does not count.</param>
    public LookupResult Find(ILookup lookup, LookupRequest request, bool reads)
    {
        var life = lookup.LifeOf(request.Key.Text);
        if (life == AnswerLife.Once) return lookup.Find(request);
        var answers = LazyInitializer.EnsureInitialized(ref _lazy);
        var question = new Question(lookup.Type, request.Key.Text, request.Key.IsTainted, string.Join(',', request.Options));
        if (life == AnswerLife.Message && reads && answers.TryGetValue(question, out var known)) return known;
        var result = lookup.Find(request);
        if (life == AnswerLife.ChangesOthers || answers.Count >= Limit) answers.Clear();
        if (life == AnswerLife.Message && result is LookupResult.Found or LookupResult.NotFound) answers[question] = result;
        return result;
    }

    readonly record struct Question(string Type, string Query, bool IsTainted, string Options);
}
