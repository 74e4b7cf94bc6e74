using System.Runtime.CompilerServices;

namespace ScriptMta.Expansion;

/// <summary>
/// The text of a template and how far it has been read. The grammar's methods (here and in the item and condition tables) answer null or false when the
/// text is wrong; <see cref="Error"/> then holds Exim's wording. The first error wins.
/// </summary>
sealed class TemplateReader(string text)
{
    /// <summary>Levels of braces. Exim has no limit but its stack; a program that writes nested rules has been seen with some thousands.</summary>
    public const int MaxNesting = 20_000;

    // Below this depth a thread of any size has room.
    const int SafeNesting = 50;

    int _nesting;
    bool _brokenHeader;

    public string Text { get; } = text;
    /// <summary>The position of the next character.</summary>
    public int At;
    public string? Error { get; private set; }
    public int DeepestNesting { get; private set; }

    /// <summary>Lookup types (with decorations) and JavaScript functions that the text names, for checks when a configuration is loaded.</summary>
    public List<string> LookupTypes { get; } = [];
    public List<string> ScriptFunctions { get; } = [];
    /// <summary>Regular expressions that stand in the text as they are.</summary>
    public List<string> Patterns { get; } = [];

    public void Note(Node pattern)
    {
        if (pattern is TextNode text) Patterns.Add(text.Value.Text);
    }

    public bool AtEnd => At >= Text.Length;
    /// <summary>The next character, or NUL at the end.</summary>
    public char Next => At < Text.Length ? Text[At] : '\0';
    public string Rest => At < Text.Length ? Text[At..] : "";

    public Node? ReadAll() => TemplateGrammar.ReadText(this, insideBraces: false);

    /// <summary>Reads text up to "}", which is left unread. Reads on a larger stack when the nesting needs one.</summary>
    public Node? ReadBraced()
    {
        if (++_nesting > MaxNesting) return Fail($"braces nested too deeply (more than {MaxNesting} levels)");
        DeepestNesting = Math.Max(DeepestNesting, _nesting);
        var node = _nesting < SafeNesting || DeepStack.HasRoom
            ? TemplateGrammar.ReadText(this, insideBraces: true)
            : DeepStack.Run(() => TemplateGrammar.ReadText(this, insideBraces: true));
        _nesting--;
        return node;
    }

    /// <summary>Reads a condition inside another one or inside an item; its error then says where.</summary>
    public Condition? ReadNested(string where)
    {
        if (++_nesting > MaxNesting)
        {
            Fail($"braces nested too deeply (more than {MaxNesting} levels)");
            return null;
        }
        DeepestNesting = Math.Max(DeepestNesting, _nesting);
        var condition = _nesting < SafeNesting || DeepStack.HasRoom
            ? ConditionGrammar.ReadNested(this, where)
            : ReadNestedDeep(where);
        _nesting--;
        return condition;
    }

    Condition? ReadNestedDeep(string where) => DeepStack.Run(() => ConditionGrammar.ReadNested(this, where));

    /// <summary>Reads "{text}"; with other text there, fails with <paramref name="missing"/>.</summary>
    public Node? ReadArgument(string missing)
    {
        SkipSpace();
        if (!Take('{')) return Fail(missing);
        var node = ReadBraced();
        return node is not null && !Take('}') ? FailBraces() : node;
    }

    public bool Take(char c)
    {
        if (Next != c || AtEnd) return false;
        At++;
        return true;
    }

    public void SkipSpace()
    {
        while (IsSpace(Next)) At++;
    }

    /// <summary>Letters, digits and the characters of <paramref name="more"/>.</summary>
    public ReadOnlySpan<char> ReadName(string more)
    {
        var start = At;
        while (char.IsAsciiLetterOrDigit(Next) || (!AtEnd && more.Contains(Next))) At++;
        return Text.AsSpan(start, At - start);
    }

    /// <summary>A word, or one of &lt; &lt;= = == &gt; &gt;= (and whatever else two such signs make).</summary>
    public ReadOnlySpan<char> ReadConditionName()
    {
        if (char.IsAsciiLetterOrDigit(Next) || Next == '_') return ReadName("_");
        var start = At;
        if (Next is '=' or '<' or '>') At++;
        if (At > start) Take('=');
        return Text.AsSpan(start, At - start);
    }

    /// <summary>The name in a header reference: printing characters and bytes above 127 up to ":", which is taken, or white space, which is not.</summary>
    public string ReadHeaderName()
    {
        var start = At;
        while (Next is > ' ' and not ('\x7f' or ':')) At++;
        var name = Text[start..At];
        Take(':');
        if (name.Contains('}')) _brokenHeader = true;
        return name;
    }

    /// <summary>Raw text up to a character, which is taken too; null when it does not come.</summary>
    public string? ReadTo(char end)
    {
        var length = Text.AsSpan(At).IndexOf(end);
        if (length < 0) return null;
        var text = Text.Substring(At, length);
        At += length + 1;
        return text;
    }

    public Node? Fail(string error)
    {
        Error ??= error;
        return null;
    }

    /// <summary>For an item that speaks for whatever is wrong inside of it.</summary>
    public Node? FailInstead(string error)
    {
        Error = error;
        return null;
    }

    /// <summary>Says where the thing stands that the first error is about.</summary>
    public void AddToError(string more)
    {
        if (Error is not null) Error += more;
    }

    /// <summary>A brace is missing where only a brace can stand.</summary>
    public Node? FailBraces(string? otherwise = null) => Fail(_brokenHeader
        ? "missing or misplaced { or } - could be header name not terminated by colon" : otherwise ?? "missing or misplaced { or }");

    public Node? FailAtEnd() => Fail(_brokenHeader
        ? "missing } at end of string - could be header name not terminated by colon" : "missing } at end of string");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSpace(char c) => c is ' ' or (>= '\t' and <= '\r');
}
