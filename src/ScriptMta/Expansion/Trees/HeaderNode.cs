namespace ScriptMta.Expansion;

enum HeaderKind
{
    /// <summary>$h_: decoded, joined, white space trimmed.</summary>
    Plain,
    /// <summary>$rh_: the bytes as received.</summary>
    Raw,
    /// <summary>$bh_: encoded words undone, no character set translation.</summary>
    Bytes,
    /// <summary>$lh_: a list with one item a header, colons doubled.</summary>
    List,
}

/// <summary>Which prefixes make a reference to a header (Exim 11.5).</summary>
static class HeaderReference
{
    static readonly (string Prefix, HeaderKind Kind)[] Prefixes =
    [
        ("h_", HeaderKind.Plain), ("header_", HeaderKind.Plain), ("rh_", HeaderKind.Raw), ("rheader_", HeaderKind.Raw),
        ("bh_", HeaderKind.Bytes), ("bheader_", HeaderKind.Bytes), ("lh_", HeaderKind.List), ("lheader_", HeaderKind.List),
    ];

    public static bool TryPrefix(ReadOnlySpan<char> name, out HeaderKind kind, out int length)
    {
        foreach (var (prefix, of) in Prefixes)
            if (name.StartsWith(prefix))
            {
                (kind, length) = (of, prefix.Length);
                return true;
            }
        (kind, length) = (default, 0);
        return false;
    }
}

/// <summary>$h_name: and its family. A header that is not there is empty text.</summary>
sealed class HeaderNode(string name, HeaderKind kind) : Node
{
    public override ExpandedKind Append(Evaluation evaluation) =>
        evaluation.Context.Message.Headers is { } headers ? HeaderText.Append(evaluation, headers, name, kind) : ExpandedKind.Ok;
}
