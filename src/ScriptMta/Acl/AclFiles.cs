using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Acl;

/// <summary>The logical lines of an ACL that stands in a file of its own (Exim 44.12): continuations are joined, empty lines and comments left out.</summary>
static class AclFiles
{
    public static IReadOnlyList<LogicalLine>? Read(string file, ProblemList problems)
    {
        string[] physical;
        try { physical = Latin1.Decode(File.ReadAllBytes(file)).Split('\n'); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Error(new(file, 0, 0), $"failed to open ACL file \"{file}\": {(error is FileNotFoundException or DirectoryNotFoundException ? "No such file or directory" : error.Message)}");
            return null;
        }
        var lines = new List<LogicalLine>();
        var (joined, start) = ("", 0);
        for (var i = 0; i < physical.Length; i++)
        {
            var text = physical[i].TrimSpace();
            if (text.StartsWith('#') || (joined.Length == 0 && text.Length == 0)) continue;
            if (joined.Length == 0) start = i + 1;
            joined += text.EndsWith('\\') ? text[..^1] : text;
            if (text.EndsWith('\\')) continue;
            lines.Add(new(joined, new(file, start, 1)));
            joined = "";
        }
        if (joined.Length > 0) lines.Add(new(joined, new(file, start, 1)));
        return lines;
    }
}
