using System.Buffers;
using System.Text;

namespace ScriptMta.Lookups;

/// <summary>
/// Rows as Exim gives them (9.21): a single field as it is, several as <c>name=value</c> with a space after each; rows are joined with newlines. A value that is
/// empty, holds white space or begins with a quote is put into quotes.
/// </summary>
sealed class RowText
{
    static readonly SearchValues<char> Space = SearchValues.Create(" \t\n\r\v\f");

    readonly StringBuilder _text = new();

    /// <summary>Some row has given something, if only an empty string; before that no newline is written.</summary>
    public bool HasContent { get; private set; }
    public bool IsTooLarge => _text.Length > DatabaseLimits.ResultBytes;

    public void BeginRow()
    {
        if (HasContent) _text.Append('\n');
    }

    public void Single(string value)
    {
        HasContent = true;
        _text.Append(UpToNul(value));
    }

    public void Named(string name, string value)
    {
        HasContent = true;
        _text.Append(UpToNul(name)).Append('=');
        var shown = UpToNul(value);
        if (shown.Length == 0 || shown[0] == '"' || shown.ContainsAny(Space)) AppendQuoted(shown);
        else _text.Append(shown);
        _text.Append(' ');
    }

    public override string ToString() => _text.ToString();

    void AppendQuoted(ReadOnlySpan<char> value)
    {
        _text.Append('"');
        foreach (var c in value)
        {
            if (c is '"' or '\\') _text.Append('\\');
            _text.Append(c);
        }
        _text.Append('"');
    }

    /// <summary>In Exim a value ends there.</summary>
    static ReadOnlySpan<char> UpToNul(string value) => value.IndexOf('\0') is var nul and >= 0 ? value.AsSpan(0, nul) : value;
}
