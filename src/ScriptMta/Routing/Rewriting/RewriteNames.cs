namespace ScriptMta.Routing;

/// <summary>Header names and the words of log and -brw for each kind of address. The order is -brw's.</summary>
static class RewriteNames
{
    /// <summary>Sender and recipient differ in what an address without a domain gets.</summary>
    public sealed record Header(string Name, RewriteKinds Kind, bool IsRecipient);

    public static readonly Header[] Headers =
    [
        new("Sender", RewriteKinds.Sender, false), new("From", RewriteKinds.From, false), new("To", RewriteKinds.To, true), new("Cc", RewriteKinds.Cc, true),
        new("Bcc", RewriteKinds.Bcc, true), new("Reply-To", RewriteKinds.ReplyTo, false),
    ];

    const string Resent = "Resent-";

    /// <summary>Null: addresses are not looked at in that field. RFC 5322 knows no Resent-Reply-To, and Exim leaves it alone.</summary>
    public static Header? Find(ReadOnlySpan<char> fieldName)
    {
        fieldName = fieldName.TrimEnd(" \t");
        var resent = fieldName.StartsWith(Resent, StringComparison.OrdinalIgnoreCase);
        if (resent) fieldName = fieldName[Resent.Length..];
        foreach (var header in Headers)
            if (fieldName.Equals(header.Name, StringComparison.OrdinalIgnoreCase)) return resent && header.Kind == RewriteKinds.ReplyTo ? null : header;
        return null;
    }

    public static string Of(RewriteKinds kind) => kind switch
    {
        RewriteKinds.Sender => "sender:",
        RewriteKinds.From => "from:",
        RewriteKinds.To => "to:",
        RewriteKinds.Cc => "cc:",
        RewriteKinds.Bcc => "bcc:",
        RewriteKinds.ReplyTo => "reply-to:",
        RewriteKinds.EnvelopeFrom => "env-from",
        RewriteKinds.EnvelopeTo => "env-to",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no single place"),
    };
}
