using ScriptMta.Common;

namespace ScriptMta.Language;

/// <summary>
/// .ifdef and its kin in one file (Exim chapter 6.10). The condition of each is whether a macro was replaced in its line; an included file has
/// its own and must close them.
/// </summary>
sealed class Conditionals(ProblemList problems)
{
    readonly Stack<Branch> _open = new();

    /// <summary>Lines are left out at present.</summary>
    public bool Skipping => _open.TryPeek(out var branch) && !branch.Active;

    /// <summary>Obeys the line if it is one of these directives.</summary>
    public bool Take(string text, int start, bool replaced, SourceLocation at)
    {
        var end = CharKinds.SkipName(text, start + 1);
        if (end < text.Length && !CharKinds.IsSpace(text[end])) return false;
        return Take(new(text[start..end], replaced, at));
    }

    bool Take(Directive directive)
    {
        switch (directive.Name)
        {
            case ".ifdef": Open(directive, directive.Replaced); break;
            case ".ifndef": Open(directive, !directive.Replaced); break;
            case ".elifdef": Alternative(directive, directive.Replaced); break;
            case ".elifndef": Alternative(directive, !directive.Replaced); break;
            case ".else": Alternative(directive, holds: true); break;
            case ".endif": Close(directive); break;
            default: return false;
        }
        return true;
    }

    public void EndOfFile()
    {
        foreach (var branch in _open.Reverse())
            problems.Error(branch.At, "Unexpected end of configuration file: .endif missing");
    }

    void Open(Directive directive, bool holds)
    {
        var reached = !Skipping;
        _open.Push(new(directive.At, Reached: reached, Active: reached && holds, Taken: holds));
    }

    /// <summary>Exim lets .else stand more than once; nothing is taken after the first.</summary>
    void Alternative(Directive directive, bool holds)
    {
        if (!Matched(directive)) return;
        var branch = _open.Pop();
        _open.Push(branch with { Active = branch.Reached && !branch.Taken && holds, Taken = branch.Taken || holds });
    }

    void Close(Directive directive)
    {
        if (Matched(directive)) _open.Pop();
    }

    bool Matched(Directive directive)
    {
        if (_open.Count > 0) return true;
        problems.Error(directive.At, $"{directive.Name} without matching .ifdef");
        return false;
    }

    readonly record struct Directive(string Name, bool Replaced, SourceLocation At);

    /// <summary>Reached: the lines around the whole are read. Taken: an alternative so far held.</summary>
    readonly record struct Branch(SourceLocation At, bool Reached, bool Active, bool Taken);
}
