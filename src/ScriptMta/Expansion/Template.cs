using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>
/// A string with ${…} parsed once into a tree and evaluated many times (Exim chapter 11). Immutable and thread-safe. Parsing never throws: a
/// syntax error is kept, reported at load by whoever binds the option, and every expansion of such a template fails with its text.
/// </summary>
sealed class Template
{
    public static Template Parse(OptionText text) => Parse(text.Text, text.At);
    public static Template Parse(string text, SourceLocation at) => throw new NotImplementedException();

    /// <summary>The text as written.</summary>
    public string Source => throw new NotImplementedException();
    public SourceLocation At => throw new NotImplementedException();
    /// <summary>Exim's text for what is wrong, or null.</summary>
    public string? SyntaxError => throw new NotImplementedException();
    /// <summary>No variable, item or escape: the value is the text itself.</summary>
    public bool IsConstant => throw new NotImplementedException();

    /// <summary>Evaluates. Synchronous: a lookup that waits holds the calling thread (bounded by its own time-out).</summary>
    public Expanded Expand(ExpansionContext context) => throw new NotImplementedException();
}
