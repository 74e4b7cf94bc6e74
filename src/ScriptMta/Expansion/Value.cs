namespace ScriptMta.Expansion;

/// <summary>
/// Whether a stranger chose the text (names.md "Taint", Exim chapter 11). Clean: an administrator or trusted data did. Tainted: a peer,
/// message or command line did. Quoted: tainted, but made safe for the named lookup type by ${quote_TYPE:}.
/// </summary>
readonly record struct Taint
{
    public static readonly Taint Clean;
    public static readonly Taint Tainted = new() { IsTainted = true };
    public static Taint Quoted(string lookupType) => new() { IsTainted = true, QuotedFor = lookupType };

    public bool IsTainted { get; private init; }
    public string? QuotedFor { get; private init; }

    /// <summary>The taint of two texts joined: clean adds nothing; different quotings make it plainly tainted.</summary>
    public Taint Join(Taint other) =>
        !other.IsTainted ? this : !IsTainted ? other : this == other ? this : Tainted;
}

/// <summary>What an expansion yields: byte text and its taint. The text is data: it is never expanded again.</summary>
readonly record struct Value(string Text, Taint Taint)
{
    public static readonly Value Empty = new("", Taint.Clean);
    public static Value Clean(string text) => new(text, Taint.Clean);
    public static Value Tainted(string text) => new(text, Taint.Tainted);

    public bool IsTainted => Taint.IsTainted;
    public override string ToString() => Text;
}
