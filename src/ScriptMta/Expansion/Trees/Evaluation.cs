namespace ScriptMta.Expansion;

/// <summary>
/// One running expansion: the text built so far with its taint, and the error if a part failed. Nested parts are built on the same buffer above a mark,
/// so that arguments which are only compared cost no garbage. Functions answer with a status instead of throwing; the error's text is kept here. One thread.
/// </summary>
sealed class Evaluation
{
    // A result is one option value or header: Exim's largest honest ones are some 100 kB. Doubling in ${reduce} must end before memory does.
    const int MaxResult = 64 * 1024 * 1024;
    const int FirstCapacity = 512;
    // A buffer that once grew large is not kept for the life of its thread.
    const int KeptCapacity = 64 * 1024;

    [ThreadStatic] static Evaluation? _spare;

    char[] _text = new char[FirstCapacity];
    bool _overflow;

    public ExpansionContext Context { get; private set; } = null!;
    public int Length { get; private set; }
    public Taint Taint { get; set; }
    public string Error { get; private set; } = "";

    public static Evaluation Rent(ExpansionContext context)
    {
        var evaluation = _spare ?? new();
        _spare = null;
        evaluation.Context = context;
        return evaluation;
    }

    public void Return()
    {
        Context = null!;
        Length = 0;
        Taint = Taint.Clean;
        Error = "";
        _overflow = false;
        if (_text.Length > KeptCapacity) _text = new char[FirstCapacity];
        _spare = this;
    }

    public ReadOnlySpan<char> Since(int mark) => _text.AsSpan(mark, Length - mark);

    public ExpandedKind Append(char c)
    {
        if (Length < _text.Length || Grow(1)) _text[Length++] = c;
        return ExpandedKind.Ok;
    }

    /// <summary>Appends text that the administrator or ScriptMta made.</summary>
    public ExpandedKind Append(string text) => Append(text.AsSpan());

    public ExpandedKind Append(ReadOnlySpan<char> text)
    {
        if (text.Length > _text.Length - Length && !Grow(text.Length)) return ExpandedKind.Ok;
        text.CopyTo(_text.AsSpan(Length));
        Length += text.Length;
        return ExpandedKind.Ok;
    }

    public ExpandedKind Append(ReadOnlySpan<char> text, Taint taint)
    {
        if (taint.IsTainted && text.Length != 0) Taint = Taint.Join(taint);
        return Append(text);
    }

    public ExpandedKind Append(Value value) => Append(value.Text, value.Taint);
    public ExpandedKind Append(Value? value) => value is { } known ? Append(known) : ExpandedKind.Ok;

    /// <summary>Appends text that a stranger chose.</summary>
    public ExpandedKind AppendTainted(ReadOnlySpan<char> text) => Append(text, Taint.Tainted);

    public ExpandedKind Append(long number)
    {
        Span<char> digits = stackalloc char[20];
        number.TryFormat(digits, out var count);
        return Append(digits[..count]);
    }

    public ExpandedKind Fail(string error) => Stop(ExpandedKind.Failed, error);
    public ExpandedKind Defer(string error) => Stop(ExpandedKind.Deferred, error);
    public ExpandedKind ForceFail(string error) => Stop(ExpandedKind.ForcedFail, error);

    /// <summary>Says where the thing stands that failed.</summary>
    public ExpandedKind Inside(ExpandedKind kind, string where)
    {
        if (kind != ExpandedKind.Ok) Error += $" inside {where}";
        return kind;
    }

    /// <summary>Takes over what another expansion came to.</summary>
    public ExpandedKind Take(Expanded result) => result.IsOk ? Append(result.Value) : Stop(result.Kind, result.Error);

    /// <summary>Starts a nested part; <see cref="Drop"/> or <see cref="Cut"/> ends it.</summary>
    public Mark Begin()
    {
        var mark = new Mark(Length, Taint);
        Taint = Taint.Clean;
        return mark;
    }

    /// <summary>Removes the nested part.</summary>
    public void Drop(Mark mark)
    {
        Length = mark.Position;
        Taint = mark.Outer;
    }

    /// <summary>Removes the nested part and gives it.</summary>
    public Value Cut(Mark mark)
    {
        var value = new Value(new string(Since(mark.Position)), Taint);
        Drop(mark);
        return value;
    }

    /// <summary>Evaluates a part by itself.</summary>
    public ExpandedKind Evaluate(Node node, out Value value)
    {
        if (node is TextNode text)
        {
            value = text.Value;
            return ExpandedKind.Ok;
        }
        var mark = Begin();
        var kind = node.Append(this);
        if (kind == ExpandedKind.Ok && _overflow) kind = Fail($"expansion result is larger than {MaxResult} bytes");
        value = kind == ExpandedKind.Ok ? Cut(mark) : Value.Empty;
        if (kind != ExpandedKind.Ok) Drop(mark);
        return kind;
    }

    ExpandedKind Stop(ExpandedKind kind, string error)
    {
        Error = error;
        return kind;
    }

    bool Grow(int more)
    {
        if (Length + (long)more > MaxResult) _overflow = true;
        else Array.Resize(ref _text, Math.Max(_text.Length * 2, Length + more));
        return !_overflow;
    }

    public readonly record struct Mark(int Position, Taint Outer);
}
