namespace ScriptMta.Common;

/// <summary>Where a piece of rule text stands: file as the user named it, line and column from 1 (0 = unknown).</summary>
readonly record struct SourceLocation(string File, int Line, int Column)
{
    /// <summary>For text that no file holds: command-line arguments, built-in defaults.</summary>
    public static SourceLocation BuiltIn(string what) => new(what, 0, 0);

    public SourceLocation Plus(int columns) => this with { Column = Column + columns };

    /// <summary>file:line:column, the form that editors and every error message use.</summary>
    public override string ToString() =>
        Line == 0 ? File ?? "" : Column == 0 ? $"{File}:{Line}" : $"{File}:{Line}:{Column}";
}
