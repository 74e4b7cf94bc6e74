namespace ScriptMta.Queue;

/// <summary>Which messages a command means: a tree of conditions over what a listing knows (see <see cref="FilterFields"/>). Immutable; any thread may ask.</summary>
sealed class QueueFilter
{
    /// <summary>Everything that is queued.</summary>
    public static readonly QueueFilter All = new(static (_, _) => true);

    readonly Func<QueueListing, DateTimeOffset, bool> _matches;

    QueueFilter(Func<QueueListing, DateTimeOffset, bool> matches) => _matches = matches;

    public static QueueFilter Of(Func<QueueListing, DateTimeOffset, bool> matches) => new(matches);

    public bool Matches(QueueListing message, DateTimeOffset now) => _matches(message, now);

    public QueueFilter And(QueueFilter other) => new((m, now) => Matches(m, now) && other.Matches(m, now));
    public QueueFilter Or(QueueFilter other) => new((m, now) => Matches(m, now) || other.Matches(m, now));
    public QueueFilter Not() => new((m, now) => !Matches(m, now));

    /// <summary>Words as on a command line: message ids, or an expression. On an error, filter is null and the error says where.</summary>
    public static QueueFilter? Parse(string text, out string error)
    {
        var reader = new FilterReader(text);
        var filter = reader.Whole();
        error = reader.Error;
        return error.Length == 0 ? filter : null;
    }
}
