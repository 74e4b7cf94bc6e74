namespace ScriptMta.Tests.Transports;

/// <summary>
/// What a bad server does to a message for a@remote.test and those of More, and the lines that the main log has then, without time and message id; SIZE= and "bytes written" without their
/// numbers. Differs says why Exim 4.96's lines are others.
/// </summary>
sealed record Misbehaviour(string Name, (string Stage, string Reply)[] Script, params string[] Lines)
{
    public string[] More { get; init; } = [];
    /// <summary>Time limits of a second: for those where nobody else ends the wait.</summary>
    public bool IsSlow { get; init; }
    public bool IsLmtp { get; init; }
    public string? Differs { get; init; }

    public override string ToString() => Name;
}
