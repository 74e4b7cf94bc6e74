namespace ScriptMta.Language;

/// <summary>Routers, transports or authenticators (Exim chapter 6.23). Kind is the singular, as messages use it.</summary>
sealed class DriverSection(string kind, MacroTable macros, ProblemList problems)
{
    readonly HashSet<string> _names = [];
    List<Setting>? _current;
    bool _nameMissing;

    public List<SettingBlock> Blocks { get; } = [];

    public void Accept(LogicalLine line)
    {
        if (MacroTable.IsDefinition(line.Text)) AcceptMacro(line);
        else if (NameLine.Find(line.Text) is { } name) Begin(line, name);
        else if (_current is null) ReportMissingName(line);
        else if (SettingSyntax.Read(line, problems) is { } setting) _current.Add(setting);
    }

    /// <summary>A macro may stand between instances only: Exim takes the instance before it as ended.</summary>
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
            problems.Error(line.PlaceOf(CharKinds.SkipSpace(line.Text, name.End)), $"extra characters follow driver name {name.Name}{OptionCheck.CommentHint(line.Text[name.End..])}");
        if (_names.Add(name.Name)) Blocks.Add(new(kind, name.Name, line.At, _current));
        else problems.Error(line.At, $"there are two {kind}s called \"{name.Name}\"");
    }

    /// <summary>Once: the lines up to the next name have nothing else wrong with them.</summary>
    void ReportMissingName(LogicalLine line)
    {
        if (!_nameMissing) problems.Error(line.At, $"{kind} name missing");
        _nameMissing = true;
    }
}
