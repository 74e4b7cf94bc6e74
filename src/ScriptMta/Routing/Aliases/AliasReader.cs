using System.Collections.Immutable;
using System.Text;
using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Routing;

/// <summary>Lines of an alias file into entries. A line that is none is reported and left out.</summary>
sealed class AliasReader(string path, ProblemList problems)
{
    readonly ImmutableArray<AliasEntry>.Builder _entries = ImmutableArray.CreateBuilder<AliasEntry>();
    readonly ImmutableArray<AliasPiece>.Builder _pieces = ImmutableArray.CreateBuilder<AliasPiece>();
    readonly StringBuilder _targets = new();
    string? _name;
    SourceLocation _at;

    public ImmutableArray<AliasEntry> Read(string text)
    {
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r', ' ', '\t');
            var content = line.TrimStart(' ', '\t');
            if (content.Length == 0 || content[0] == '#') continue;
            var at = new SourceLocation(path, number, line.Length - content.Length + 1);
            if (content.Length < line.Length) Continue(content, at);
            else Begin(line, at);
        }
        End();
        return _entries.ToImmutable();
    }

    void Continue(string content, SourceLocation at)
    {
        if (_name is null)
        {
            problems.Error(at, "a line that begins with white space continues an alias, but there is none before it");
            return;
        }
        if (_targets.Length > 0) _targets.Append(' ');
        _pieces.Add(new(_targets.Length, at));
        _targets.Append(content);
    }

    void Begin(string line, SourceLocation at)
    {
        End();
        var end = NameEnd(line, out var name);
        if (end < 0)
        {
            problems.Error(at, "an alias must read \"name: target\"; there is no colon after the name");
            return;
        }
        (_name, _at) = (name, at);
        var rest = line[(end + 1)..];
        var targets = rest.TrimStart(' ', '\t');
        _pieces.Add(new(0, at.Plus(end + 1 + rest.Length - targets.Length)));
        _targets.Append(targets);
    }

    /// <summary>Position of the colon, or -1.</summary>
    static int NameEnd(string line, out string name)
    {
        if (line[0] != '"')
        {
            var colon = line.IndexOf(':');
            name = colon < 0 ? "" : line[..colon].TrimSpaceAtEnd();
            return name.Length == 0 || name.Any(AsciiSpace.Is) ? -1 : colon;
        }
        var text = new StringBuilder();
        var at = 1;
        for (; at < line.Length && line[at] != '"'; at++)
        {
            if (line[at] == '\\' && at + 1 < line.Length) at++;
            text.Append(line[at]);
        }
        name = text.ToString();
        for (at++; at < line.Length && line[at] is ' ' or '\t'; at++) { }
        return at < line.Length && line[at] == ':' && name.Length > 0 ? at : -1;
    }

    void End()
    {
        if (_name is { } name) _entries.Add(new(name, _targets.ToString(), _at, _pieces.ToImmutable()));
        _name = null;
        _targets.Clear();
        _pieces.Clear();
    }
}
