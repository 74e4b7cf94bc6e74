namespace ScriptMta.Mail;

/// <summary>
/// A message id in Exim's 6-11-4 form (4.97 and later): seconds since 1970, process id, and fraction of a second with a
/// counter, each base 62. Sorts by time as text. Never equal for two messages of one spool. 16 bytes: the 21 digits as a number of 126 bits, so that a million
/// queued messages are no million texts.
/// </summary>
readonly record struct MessageId : IComparable<MessageId>
{
    public const int Length = 23;
    const int DigitCount = 21, LowDigits = 10;
    const ulong Low = 839_299_365_868_340_224; // 62^10

    // Two halves, because UInt128 wants an alignment of 16, which makes whatever holds an id larger.
    readonly ulong _high, _low;

    public MessageId(UInt128 key) => (_high, _low) = ((ulong)(key >> 64), (ulong)key);

    /// <summary>Throws ArgumentException for a text that is no message id.</summary>
    public MessageId(string text)
    {
        if (!TryParse(text, out var id)) throw new ArgumentException($"\"{text}\" is not a message id of the form 6-11-4", nameof(text));
        this = id;
    }

    public static bool TryParse(string text, out MessageId id)
    {
        var isId = text.Length == Length && text[6] == '-' && text[18] == '-'
            && text.AsSpan(0, 6).IndexOfAnyExcept(Digits) < 0
            && text.AsSpan(7, 11).IndexOfAnyExcept(Digits) < 0
            && text.AsSpan(19, 4).IndexOfAnyExcept(Digits) < 0;
        id = isId ? new(Parse(text)) : default;
        return isId;
    }

    /// <summary>The same order as the text's.</summary>
    public UInt128 Key => new(_high, _low);

    public string Text => string.Create(Length, Key, static (text, key) =>
    {
        var (high, low) = UInt128.DivRem(key, Low);
        var (first, rest) = UInt128.DivRem(high, Low);
        Span<char> digits = stackalloc char[DigitCount];
        digits[0] = Alphabet[(int)first];
        Write(digits.Slice(1, LowDigits), (ulong)rest);
        Write(digits[(1 + LowDigits)..], (ulong)low);
        digits[..6].CopyTo(text);
        digits[6..17].CopyTo(text[7..]);
        digits[17..].CopyTo(text[19..]);
        text[6] = text[18] = '-';
    });

    /// <summary>The second in which the id was made.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeSeconds(Second);

    internal long Second => (long)(Key / SecondUnit);

    public int CompareTo(MessageId other) => Key.CompareTo(other.Key);
    public override string ToString() => Text;

    internal const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    static readonly System.Buffers.SearchValues<char> Digits = System.Buffers.SearchValues.Create(Alphabet);
    static readonly UInt128 SecondUnit = (UInt128)Low * (62 * 62 * 62 * 62 * 62); // 62^15

    static UInt128 Parse(string text)
    {
        var key = UInt128.Zero;
        foreach (var digit in text)
            if (digit != '-') key = key * 62 + (uint)Value(digit);
        return key;
    }

    static void Write(Span<char> digits, ulong value)
    {
        for (var i = digits.Length - 1; i >= 0; i--) (value, digits[i]) = (value / 62, Alphabet[(int)(value % 62)]);
    }

    static int Value(char digit) => digit switch
    {
        <= '9' => digit - '0',
        <= 'Z' => digit - 'A' + 10,
        _ => digit - 'a' + 36,
    };
}
