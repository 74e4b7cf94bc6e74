using System.Text;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Filtering;

/// <summary>
/// The words of a filter text (filter.txt 3.1, 3.2): separated by white space, "#" after a separator begins a comment, data may stand in double quotes. In
/// conditions parentheses are words of their own. The first problem ends the reading. Written by hand: Exim's messages count lines as this reader moves.
/// </summary>
sealed class FilterWords
{
    /// <summary>filter.txt 3.2.</summary>
    const int MaxLength = 1024;

    readonly string _text;
    readonly string _file;
    int _at;

    public FilterWords(string text, string file)
    {
        (_text, _file, Line) = (text, file, 1);
        var start = SkipMark(text);
        if (start >= 0)
        {
            _at = text.IndexOf('\n', start) is var end && end < 0 ? text.Length : end;
            Line += text.AsSpan(0, _at).Count('\n');
            SkipSpace();
        }
        else Fail("a filter must begin with \"# Exim filter\"");
    }

    /// <summary>Line of the next word.</summary>
    public int Line { get; private set; }
    public bool AtEnd => _at >= _text.Length;
    public FilterProblem? Problem { get; private set; }
    public SourceLocation Here => new(_file, Line, 0);

    /// <summary>Position after "# Exim filter", or -1: white space is free and letters are of any case.</summary>
    public static int SkipMark(string text)
    {
        var at = 0;
        foreach (var word in (ReadOnlySpan<string>)["#", "exim", "filter"])
        {
            while (at < text.Length && IsSpace(text[at])) at++;
            if (string.Compare(text, at, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) != 0) return -1;
            at += word.Length;
        }
        return at;
    }

    static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v';

    static bool IsParenthesis(char c) => c is '(' or ')';

    /// <summary>Always false, so that a reader can end with it.</summary>
    public bool Fail(string text)
    {
        Problem ??= new(Here, text);
        return false;
    }

    public bool FailNear(string text) => Fail($"{text} near line {Line} of filter file");

    /// <summary>The next word, or "" at the end (or at a problem).</summary>
    public string Word(bool inCondition = false)
    {
        if (AtEnd || Problem is not null) return "";
        var start = _at;
        if (inCondition && IsParenthesis(_text[_at])) _at++;
        else while (!AtEnd && !IsSpace(_text[_at]) && !(inCondition && IsParenthesis(_text[_at]))) _at++;
        if (_at - start > MaxLength)
        {
            Fail($"word is too long in line {Line} of filter file (max = {MaxLength} chars)");
            return "";
        }
        var word = _text[start.._at];
        SkipSpace();
        return word;
    }

    /// <summary>The next word without taking it.</summary>
    public string Peek(bool inCondition = false)
    {
        var (at, line) = (_at, Line);
        var word = Word(inCondition);
        (_at, Line) = (at, line);
        return word;
    }

    public bool NextIsQuoted => !AtEnd && _text[_at] == '"';

    /// <summary>A word or a quoted string, unquoted.</summary>
    public string Item(bool inCondition = false) => NextIsQuoted ? Quoted() : Word(inCondition);

    /// <summary>A data value. Its place is that of its first character.</summary>
    public Template Data(bool inCondition = false)
    {
        var here = Here;
        return Template.Parse(Item(inCondition), here);
    }

    string Quoted()
    {
        var result = new StringBuilder();
        for (_at++; !AtEnd && _text[_at] is not ('"' or '\n'); _at++)
            if (_text[_at] == '\\' && _at + 1 < _text.Length) Escape(result);
            else result.Append(_text[_at]);
        if (AtEnd || _text[_at] != '"')
        {
            Fail($"quote missing at end of string in line {Line}");
            return "";
        }
        _at++;
        if (result.Length > MaxLength) Fail($"string is too long in line {Line} of filter file (max = {MaxLength} chars)");
        SkipSpace();
        return result.ToString();
    }

    /// <summary>Stands on the backslash, ends on the last character that belongs to it.</summary>
    void Escape(StringBuilder result)
    {
        var c = _text[++_at];
        switch (c)
        {
            case 'n': result.Append('\n'); break;
            case 'r': result.Append('\r'); break;
            case 't': result.Append('\t'); break;
            case 'x': result.Append((char)Digits(16, 2, _at + 1)); break;
            case >= '0' and <= '7': result.Append((char)(Digits(8, 3, _at) & 0xff)); break;
            case '\n':
                Line++;
                while (_at + 1 < _text.Length && _text[_at + 1] is ' ' or '\t') _at++;
                break;
            default: result.Append(c); break;
        }
    }

    int Digits(int radix, int most, int from)
    {
        var value = 0;
        var at = from;
        for (; at < _text.Length && at < from + most && char.IsAsciiHexDigit(_text[at]) && (radix == 16 || _text[at] <= '7'); at++)
            value = value * radix + Convert.ToInt32(_text[at].ToString(), 16);
        _at = at - 1;
        return value;
    }

    /// <summary>White space, and comments after it.</summary>
    void SkipSpace()
    {
        while (!AtEnd)
            if (_text[_at] == '#') _at = _text.IndexOf('\n', _at) is var end && end < 0 ? _text.Length : end;
            else if (!IsSpace(_text[_at])) return;
            else if (_text[_at++] == '\n') Line++;
    }
}
