using ScriptMta.Common;

namespace ScriptMta.Language;

/// <summary>One physical line's share of a logical line: it begins at Offset there and at Start in its own text after macro replacement.</summary>
readonly record struct LinePiece(int Offset, SourceLocation LineStart, int Start, ColumnMap Columns)
{
    public SourceLocation PlaceOf(int offset) => LineStart with { Column = Columns.ColumnOf(Start + offset - Offset) };
}

/// <summary>
/// Columns of a line before macro replacement from offsets after it. Exact before the first and after the last replacement; between the two
/// it answers with the place of the first.
/// </summary>
readonly record struct ColumnMap(int Prefix, int Suffix, int OldLength, int NewLength)
{
    public static ColumnMap Unchanged(int length) => new(length, 0, length, length);

    public static ColumnMap Of(string before, string after)
    {
        var shorter = Math.Min(before.Length, after.Length);
        var prefix = before.AsSpan().CommonPrefixLength(after);
        var suffix = 0;
        while (suffix < shorter - prefix && before[^(suffix + 1)] == after[^(suffix + 1)]) suffix++;
        return new(prefix, suffix, before.Length, after.Length);
    }

    public int ColumnOf(int offset) =>
        1 + (offset <= Prefix ? offset : offset >= NewLength - Suffix ? OldLength - (NewLength - offset) : Prefix);
}
