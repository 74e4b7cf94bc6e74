namespace ScriptMta.Language;

/// <summary>The named ACLs; their statements stay unparsed.</summary>
sealed class AclSection(MacroTable macros, ProblemList problems)
{
    readonly HashSet<string> _names = [];
    List<LogicalLine>? _current;
    bool _nameMissing;

    public List<AclBlock> Acls { get; } = [];

    public void Accept(LogicalLine line)
    {
        if (MacroTable.IsDefinition(line.Text)) AcceptMacro(line);
        else if (NameLine.Find(line.Text) is { } name) Begin(line, name);
        else if (_current is null) ReportMissingName(line);
        else _current.Add(line);
    }

    /// <summary>A macro may stand between ACLs only: Exim takes the ACL before it as ended.</summary>
    void AcceptMacro(LogicalLine line)
    {
        macros.Define(line);
        _current = null;
        _nameMissing = false;
    }

    void Begin(LogicalLine line, NameLine name)
    {
        _current = [];
        if (name.End < line.Text.Length)
            problems.Warn(line.PlaceOf(CharKinds.SkipSpace(line.Text, name.End)), $"text after \"{name.Name}:\" is ignored, as Exim does; put it on a line of its own");
        if (_names.Add(name.Name)) Acls.Add(new(name.Name, line.At, _current));
        else problems.Error(line.At, $"there are two ACLs called \"{name.Name}\"");
    }

    /// <summary>Once: the lines up to the next name have nothing else wrong with them.</summary>
    void ReportMissingName(LogicalLine line)
    {
        if (!_nameMissing) problems.Error(line.At, "missing or malformed ACL name");
        _nameMissing = true;
    }
}
