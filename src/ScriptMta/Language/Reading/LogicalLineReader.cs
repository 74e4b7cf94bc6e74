using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Language;

/// <summary>
/// Logical lines (Exim chapter 6.2): macros replaced, comments dropped, conditionals and includes obeyed, continuations joined; none is blank.
/// A line that ends with a backslash goes on with the next one, from its first non-blank character; comments between are dropped, a blank
/// line ends it.
/// </summary>
sealed class LogicalLineReader(FileStack files, MacroTable macros, ProblemList problems)
{
    /// <summary>A logical line is held in memory and shown in messages; a lost quote or a file of backslashes must not make one of gigabytes.</summary>
    public const int MaxLength = 16 * 1024 * 1024;

    readonly List<LinePiece> _pieces = [];
    readonly StringBuilder _text = new();

    public LogicalLine? Next()
    {
        _pieces.Clear();
        _text.Clear();
        while (TryNextPhysical(out var line))
        {
            var start = CharKinds.SkipSpace(line.Text, 0);
            var end = CharKinds.TrimmedEnd(line.Text);
            if (start == line.Text.Length && _pieces.Count == 0) continue;
            var goesOn = end > start && line.Text[end - 1] == '\\';
            _pieces.Add(new(_text.Length, line.At, start, line.Columns));
            if (start < end) _text.Append(line.Text, start, end - start - (goesOn ? 1 : 0));
            if (goesOn && !TooLong()) continue;
            if (_text.Length > 0) return Joined();
            _pieces.Clear();
        }
        return _text.Length > 0 ? Joined() : null;
    }

    LogicalLine Joined()
    {
        var text = _text.ToString();
        return new(text.TrimEnd(' ', '\t', '\r', '\n', '\v', '\f'), _pieces[0].PlaceOf(0)) { Pieces = [.. _pieces] };
    }

    bool TooLong()
    {
        if (_text.Length <= MaxLength) return false;
        problems.Error(_pieces[0].LineStart, $"this line and its continuations are longer than {MaxLength} characters");
        return true;
    }

    bool TryNextPhysical(out PhysicalLine line)
    {
        while (files.TryNext(out var raw, out var at))
        {
            var first = CharKinds.SkipSpace(raw, 0);
            if (first < raw.Length && raw[first] == '#') continue;
            if (raw.Contains('\0')) problems.Error(at.Plus(raw.IndexOf('\0')), "this line holds a NUL character");
            var text = macros.Replace(raw, _pieces.Count == 0, at, out var replaced);
            if (IsDirective(text, replaced, at) || files.Conditionals.Skipping) continue;
            line = new(text, at, replaced ? ColumnMap.Of(raw, text) : ColumnMap.Unchanged(raw.Length));
            return true;
        }
        line = default;
        return false;
    }

    /// <summary>A directive that was obeyed, or what macros turned into a comment.</summary>
    bool IsDirective(string text, bool replaced, SourceLocation at)
    {
        var start = CharKinds.SkipSpace(text, 0);
        if (start == text.Length) return false;
        if (text[start] == '#') return true;
        if (text[start] != '.') return false;
        at = at with { Column = start + 1 };
        return files.Conditionals.Take(text, start, replaced, at)
            || (!files.Conditionals.Skipping && files.TakeInclude(text, start, at));
    }

    readonly record struct PhysicalLine(string Text, SourceLocation At, ColumnMap Columns);
}
