using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>
/// What named lists said while one message is processed (Exim 10.8): a list is asked once for each subject, unless it or a list in it is expanded ("$") and is not
/// declared with "_cache". A defer is never kept. Deliveries of a message may ask at the same time.
/// </summary>
sealed class ListResults
{
    // A message can have as many recipients as it likes; all is forgotten when there are more answers than lists and domains of an honest one.
    const int Limit = 4096;

    /// <summary>Made with the first answer: half a kilobyte, which an idle connection need not have.</summary>
    ConcurrentDictionary<Question, Answer>? _answers;

    public bool TryGet(Question question, [NotNullWhen(true)] out Answer? answer)
    {
        answer = null;
        return Volatile.Read(ref _answers)?.TryGetValue(question, out answer) == true;
    }

    public void Keep(Question question, Answer answer)
    {
        var answers = LazyInitializer.EnsureInitialized(ref _answers);
        if (answers.Count >= Limit) answers.Clear();
        answers[question] = answer;
    }

    public readonly record struct Question(NamedList List, string Subject, bool Caseless, bool IpOnly, bool Captures, bool IsTainted);

    /// <param name="Captures">Null when the list left those before it.</param>
    /// <param name="Caseless">"+caseful" in the list goes on behind it.</param>
    public sealed record Answer(Match Match, Value? Data, Value?[]? Captures, bool Caseless);
}

/// <summary>What the lists of one evaluation share, however deep they stand in one another.</summary>
sealed class ListWalk
{
    /// <summary>Named lists that are being tried, outermost first: a list that refers to itself is an error.</summary>
    public List<NamedList> Open { get; } = [];
    /// <summary>A list was expanded, so that what was found may be something else the next time.</summary>
    public bool Varies { get; set; }
}
