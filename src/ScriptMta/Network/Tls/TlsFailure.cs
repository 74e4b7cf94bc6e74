namespace ScriptMta.Network;

/// <summary>Why a handshake failed, in the words of the library that Debian's Exim uses, which log tools know.</summary>
static class TlsFailure
{
    const string NoTls = "An unexpected TLS packet was received.";

    static readonly (string Part, string Text)[] Known =
    [
        ("no application protocol", "No common application protocol could be negotiated."),
        ("no shared cipher", "No supported cipher suites have been found."),
        ("unsupported protocol", "A packet with illegal or unsupported version was received."),
        ("version too low", "A packet with illegal or unsupported version was received."),
        ("wrong version number", NoTls), ("corrupted frame", NoTls), ("packet length too long", NoTls),
    ];

    /// <param name="heardPeer">The peer has said something that is TLS.</param>
    public static string Explain(Exception error, bool heardPeer)
    {
        if (error is IOException) return error.InnerException is System.Net.Sockets.SocketException ? "Error in the pull function." : "The TLS connection was non-properly terminated.";
        if (!heardPeer) return NoTls;
        for (; error.InnerException is { } inner; error = inner) { }
        var text = error.Message;
        foreach (var (part, known) in Known)
            if (text.Contains(part, StringComparison.Ordinal)) return known;
        return text.Contains(" alert ", StringComparison.Ordinal) ? $"A TLS fatal alert has been received. ({OneLine(text)})" : OneLine(text);
    }

    static string OneLine(string text) => Common.Latin1.FromUnicode(text.ReplaceLineEndings(" "));
}
