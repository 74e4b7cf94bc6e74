namespace ScriptMta.Smtp;

/// <summary>Finds the end of a message in what a client or local program sends, and gives its bytes with CRLF line ends. One per message; input may come in any pieces.</summary>
interface IDataDecoder
{
    bool IsEnd { get; }
    /// <summary>The message must be refused: a CR or LF stood alone. What follows is read to the end and not given out.</summary>
    bool IsMalformed { get; }
    /// <summary>Lines of the message so far, without the final dot.</summary>
    int Lines { get; }
    /// <summary>The longest line in bytes, without its end.</summary>
    long MaxLineLength { get; }

    /// <summary>
    /// Takes bytes from the start of <paramref name="input"/> and gives the decoded ones; false when nothing is left to do with this input (all
    /// taken, or the end was found; what stands after the end stays in <paramref name="input"/>).
    /// </summary>
    bool TryDecode(ref ReadOnlyMemory<byte> input, out ReadOnlyMemory<byte> piece);
}
