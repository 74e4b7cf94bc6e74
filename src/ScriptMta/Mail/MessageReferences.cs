namespace ScriptMta.Mail;

/// <summary>References and In-Reply-To of an answer (RFC 5322 3.6.4).</summary>
static class MessageReferences
{
    /// <summary>First and last ids kept of a long thread, as Exim does: a field that grows with every answer would meet some limit.</summary>
    const int MaxIds = 12;

    /// <summary>The ids of the message's References (or In-Reply-To) and its own, folded; "" when it has none.</summary>
    public static string ForReply(HeaderSection headers)
    {
        var ids = Ids(headers.First("References") ?? headers.First("In-Reply-To"));
        ids.AddRange(Ids(headers.First("Message-Id")).Take(1));
        if (ids.Count > MaxIds) ids.RemoveRange(1, ids.Count - MaxIds);
        return string.Join("\n ", ids);
    }

    public static string InReplyTo(HeaderSection headers) => Ids(headers.First("Message-Id")).FirstOrDefault() ?? "";

    /// <summary>Longest id taken over: longer ones would not fit on a line (RFC 5322 2.1.1).</summary>
    const int MaxIdLength = 900;

    /// <summary>Everything between angle brackets that holds neither space nor control characters.</summary>
    static List<string> Ids(HeaderField? field)
    {
        var ids = new List<string>();
        var text = field?.Unfolded ?? "";
        for (var open = text.IndexOf('<'); open >= 0; open = text.IndexOf('<', open + 1))
        {
            var close = text.IndexOf('>', open);
            if (close < 0) break;
            var id = text[open..(close + 1)];
            if (id.Length <= MaxIdLength && id.AsSpan().IndexOfAny(AddressCharacters.Controls) < 0 && !id.Contains(' ')) ids.Add(id);
            open = close;
        }
        return ids;
    }
}
