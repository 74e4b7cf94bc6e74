namespace ScriptMta.Logging;

/// <summary>
/// What a log line tells, by name, for log_format = json; made only when <see cref="LogOptions.IsJson"/>. Values come from strangers: they are JSON strings and can
/// be taken for nothing else.
/// </summary>
/// <param name="Event">arrival, rejection, connection …: what programs sort by.</param>
sealed record LogFacts(string Event)
{
    public List<(string Name, object Value)> Values { get; } = [];

    /// <summary>Text, a number, a truth value or a list of texts; an empty text is left out.</summary>
    public LogFacts With(string name, object? value)
    {
        if (value is not (null or "")) Values.Add((name, value));
        return this;
    }
}
