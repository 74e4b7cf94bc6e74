namespace ScriptMta.Mail;

/// <summary>
/// A message id in Exim's 6-11-4 form (4.97 and later): seconds since 1970, process id, and fraction of a second with a
/// counter, each base 62. Sorts by time as text. Never equal for two messages of one spool.
/// </summary>
readonly record struct MessageId(string Text) : IComparable<MessageId>
{
    public const int Length = 23;

    public static bool TryParse(string text, out MessageId id)
    {
        id = new(text);
        return text.Length == Length && text[6] == '-' && text[18] == '-'
            && text.AsSpan(0, 6).IndexOfAnyExcept(Digits) < 0
            && text.AsSpan(7, 11).IndexOfAnyExcept(Digits) < 0
            && text.AsSpan(19, 4).IndexOfAnyExcept(Digits) < 0;
    }

    /// <summary>The second in which the id was made.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeSeconds(Number(Text.AsSpan(0, 6)));

    public int CompareTo(MessageId other) => string.CompareOrdinal(Text, other.Text);
    public override string ToString() => Text;

    internal const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    static readonly System.Buffers.SearchValues<char> Digits = System.Buffers.SearchValues.Create(Alphabet);

    static long Number(ReadOnlySpan<char> digits)
    {
        long value = 0;
        foreach (var digit in digits) value = value * 62 + Alphabet.IndexOf(digit);
        return value;
    }
}
