namespace ScriptMta.Smtp;

/// <summary>
/// One answer to a command: code, enhanced status code (RFC 3463; empty = none is ever sent) and text, whose line feeds make it a multi-line reply
/// (RFC 5321 4.2.1). The enhanced code goes on the wire only where the client was told of ENHANCEDSTATUSCODES.
/// </summary>
readonly record struct Reply(int Code, string Enhanced, string Text)
{
    public bool IsSuccess => Code < 400;

    /// <summary>A rule wrote the enhanced code: it is sent even to a client that was not told of such codes, as Exim does.</summary>
    public bool IsExplicit { get; init; }

    /// <summary>As a log or a test shows it: the code and the text without the enhanced code.</summary>
    public override string ToString() => $"{Code} {Text}";

    /// <summary>
    /// A text that a rule wrote: it may begin with a code of the same class as <paramref name="otherwise"/> and an enhanced code ("550 5.7.1 text",
    /// Exim 44.21); what is missing comes from <paramref name="otherwise"/>. A code of another class is not obeyed: <paramref name="wrongClass"/> is true then.
    /// </summary>
    public static Reply FromRule(string text, Reply otherwise, out bool wrongClass)
    {
        wrongClass = false;
        var (code, enhanced, rest) = (otherwise.Code, otherwise.Enhanced, text);
        if (HasCode(text))
        {
            wrongClass = text[0] - '0' != otherwise.Code / 100;
            if (!wrongClass) code = int.Parse(text.AsSpan(0, 3));
            rest = text[4..];
        }
        var length = EnhancedLength(rest);
        if (length > 0)
        {
            enhanced = rest[..length];
            rest = rest[Math.Min(length + 1, rest.Length)..];
        }
        return new(code, enhanced, rest) { IsExplicit = length > 0 };
    }

    public static bool HasCode(string text) =>
        text.Length > 3 && text[0] is >= '2' and <= '5' && char.IsAsciiDigit(text[1]) && char.IsAsciiDigit(text[2]) && text[3] == ' ';

    /// <summary>The length of a leading "n.n.n" that a space or the end follows, or 0 (RFC 3463 2).</summary>
    static int EnhancedLength(string text)
    {
        var at = 0;
        for (var part = 0; part < 3; part++)
        {
            var start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            if (at == start || at - start > 3) return 0;
            if (part == 0 && (at != 1 || text[0] is not ('2' or '4' or '5'))) return 0;
            if (part < 2 && (at >= text.Length || text[at++] != '.')) return 0;
        }
        return at == text.Length || text[at] == ' ' ? at : 0;
    }
}
