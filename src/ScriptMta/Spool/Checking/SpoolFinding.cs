using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>Something that is wrong in the spool, where, and with which message.</summary>
sealed record SpoolFinding(string File, long Offset, string Text, MessageId? Id = null)
{
    public override string ToString() => $"{File}:{Offset}: {Text}";
}

/// <summary>What the check of a spool came to. Notes are worth knowing, and no fault.</summary>
sealed record SpoolReport(int Segments, long Records, long Bytes, int BodyFiles, SpoolTotals Totals, int Queued, IReadOnlyList<SpoolFinding> Findings, IReadOnlyList<string> Notes)
{
    public bool IsBalanced => Totals.Accepted == Totals.Ended + Totals.Lost + Queued;
    public bool IsSound => Findings.Count == 0 && IsBalanced;
}
