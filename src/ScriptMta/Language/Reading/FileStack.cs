using ScriptMta.Common;

namespace ScriptMta.Language;

/// <summary>The physical lines of a file and of those that it includes, where each is named. Limits end a loop of includes.</summary>
sealed class FileStack(ReadOptions options, ProblemList problems)
{
    /// <summary>Exim stops when it runs out of file descriptors; nobody nests so deep on purpose.</summary>
    public const int MaxDepth = 100;
    /// <summary>Stops files that include one another several times each, which grows as a power of the depth.</summary>
    public const int MaxFiles = 5000;

    readonly Stack<OpenFile> _open = new();
    int _opened;

    /// <summary>Conditionals of the file that the last line came from.</summary>
    public Conditionals Conditionals => _open.Peek().Conditionals;

    public void Open(string path, string text)
    {
        _opened++;
        _open.Push(new(path, text, new(problems)));
    }

    /// <summary>False at the end of the outermost file.</summary>
    public bool TryNext(out string line, out SourceLocation at)
    {
        while (_open.TryPeek(out var file))
        {
            if (file.TryNext(out line, out at)) return true;
            file.Conditionals.EndOfFile();
            _open.Pop();
        }
        (line, at) = ("", default);
        return false;
    }

    /// <summary>Obeys the line if it is an .include or .include_if_exists (Exim chapter 6.3).</summary>
    public bool TakeInclude(string text, int start, SourceLocation at)
    {
        var end = CharKinds.SkipName(text, start + 1);
        var optional = text.AsSpan(start, end - start).SequenceEqual(".include_if_exists");
        if (!optional && !text.AsSpan(start, end - start).SequenceEqual(".include")) return false;
        if (end < text.Length && !CharKinds.IsSpace(text[end])) return false;
        var name = text.AsSpan(end).Trim(CharKinds.Space);
        if (name.Length > 1 && name[0] == '"' && name[^1] == '"') name = name[1..^1];
        Include(name.ToString(), optional, at);
        return true;
    }

    void Include(string name, bool optional, SourceLocation at)
    {
        if (name.Length == 0)
            problems.Error(at, ".include needs a file name");
        else if (optional && name[0] != '/')
            problems.Error(at, $".include specifies a non-absolute path \"{name}\"");
        else if (_open.Count >= MaxDepth || _opened >= MaxFiles)
            StopLoop(name, at);
        else
            OpenIncluded(name[0] == '/' ? name : Path.Combine(Path.GetDirectoryName(_open.Peek().Name) ?? "", name), optional, at);
    }

    void OpenIncluded(string path, bool optional, SourceLocation at)
    {
        var failed = $"failed to open included configuration file {path}";
        try
        {
            if (options.OpenFile(path) is { } text) Open(path, text);
            else if (!optional) problems.Error(at, failed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Error(at, $"{failed}: {e.Message}", failed);
        }
    }

    /// <summary>Reading goes on in the outermost file, so that its other errors are found too.</summary>
    void StopLoop(string name, SourceLocation at)
    {
        var limit = _open.Count >= MaxDepth ? $"nested {MaxDepth} deep" : $"of {MaxFiles} files";
        problems.Error(at, $"includes {limit}: {name} seems to include itself", $"failed to open included configuration file {name}");
        while (_open.Count > 1) _open.Pop();
    }

    sealed class OpenFile(string name, string text, Conditionals conditionals)
    {
        int _position, _line;

        public string Name { get; } = name;
        public Conditionals Conditionals { get; } = conditionals;

        public bool TryNext(out string line, out SourceLocation at)
        {
            at = new(Name, ++_line, 1);
            line = "";
            if (_position >= text.Length) return false;
            var end = text.IndexOf('\n', _position);
            line = end < 0 ? text[_position..] : text[_position..end];
            _position = end < 0 ? text.Length : end + 1;
            return true;
        }
    }
}
