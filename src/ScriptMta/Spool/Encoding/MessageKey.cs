using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>A message id as a number, to keep the index small: the 21 base-62 digits of the 6-11-4 form fit into 126 bits.</summary>
static class MessageKey
{
    public static UInt128 Of(MessageId id)
    {
        if (!MessageId.TryParse(id.Text, out _)) throw new ArgumentException($"\"{id.Text}\" is not a message id of the form 6-11-4", nameof(id));
        return TryParse(id.Text)!.Value;
    }

    /// <summary>Null when the text is not a message id: such a message is not in the spool.</summary>
    public static UInt128? TryParse(string text)
    {
        if (!MessageId.TryParse(text, out _)) return null;
        var key = UInt128.Zero;
        foreach (var digit in text)
            if (digit != '-') key = key * 62 + (uint)Value(digit);
        return key;
    }

    public static MessageId ToId(UInt128 key) => new(string.Create(MessageId.Length, key, static (text, rest) =>
    {
        for (var i = text.Length - 1; i >= 0; i--)
        {
            if (i is 6 or 18) { text[i] = '-'; continue; }
            (rest, var digit) = UInt128.DivRem(rest, 62);
            text[i] = MessageId.Alphabet[(int)digit];
        }
    }));

    static int Value(char digit) => digit switch
    {
        <= '9' => digit - '0',
        <= 'Z' => digit - 'A' + 10,
        _ => digit - 'a' + 36,
    };
}
