namespace ScriptMta.Expansion;

/// <summary>Taking a piece of text by position (Exim's substr and length).</summary>
static class TextCut
{
    /// <summary>
    /// From start, where negative counts from the end; a start before the text takes away from the length. Length -1: to the end, or, for a negative start, what
    /// stands before it.
    /// </summary>
    public static ExpandedKind Substring(Evaluation evaluation, Value value, int start, int length)
    {
        var text = value.Text;
        if (start >= 0)
        {
            start = Math.Min(start, text.Length);
            if (length < 0) length = text.Length - start;
        }
        else
        {
            start += text.Length;
            if (length < 0) (start, length) = (0, Math.Max(start, 0));
            else if (start < 0) (start, length) = (0, Math.Max(length + start, 0));
        }
        return evaluation.Append(text.AsSpan(start, Math.Min(length, text.Length - start)), value.Taint);
    }
}
