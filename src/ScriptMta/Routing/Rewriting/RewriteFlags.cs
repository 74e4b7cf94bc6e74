using ScriptMta.Language;

namespace ScriptMta.Routing;

/// <summary>What the flag letters of one rewriting rule ask for (Exim 31.7).</summary>
readonly record struct RewriteFlags(RewriteKinds Kinds, bool Qualify, bool Quit, bool Repeat, bool Whole)
{
    /// <summary>The letters from a position to the end of the text, in any order. Null with Exim's error text and the place of what is wrong.</summary>
    public static RewriteFlags? Read(string text, int at, out string error, out int place)
    {
        var flags = default(RewriteFlags);
        error = "";
        for (place = at; place < text.Length; place++)
        {
            var letter = text[place];
            if (CharKinds.IsSpace(letter)) continue;
            if (With(flags, letter) is not { } more)
            {
                error = $"unknown rewrite flag character '{letter}' (could be missing quotes round replacement item)";
                return null;
            }
            flags = more;
        }
        return flags;
    }

    static RewriteFlags? With(RewriteFlags flags, char letter)
    {
        RewriteKinds? kind = letter switch
        {
            'E' => RewriteKinds.Envelope, 'F' => RewriteKinds.EnvelopeFrom, 'T' => RewriteKinds.EnvelopeTo, 'S' => RewriteKinds.Smtp, 'h' => RewriteKinds.Headers,
            'b' => RewriteKinds.Bcc, 'c' => RewriteKinds.Cc, 'f' => RewriteKinds.From, 'r' => RewriteKinds.ReplyTo, 's' => RewriteKinds.Sender, 't' => RewriteKinds.To,
            _ => null,
        };
        if (kind is { } known) return flags with { Kinds = flags.Kinds | known };
        return letter switch
        {
            'Q' => flags with { Qualify = true },
            'q' => flags with { Quit = true },
            'R' => flags with { Repeat = true },
            'w' => flags with { Whole = true },
            _ => null,
        };
    }
}
