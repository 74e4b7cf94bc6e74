using System.Runtime.CompilerServices;
using ScriptMta.Common;
using ScriptMta.Tests.Expansion.Programs;

namespace ScriptMta.Tests.Expansion;

/// <summary>
/// The files of cases/: a template on one line, what it comes to on the next after "=>", newlines shown as ¶. Learned from exim4 -be with oracle.conf; a line "#!" before
/// a case says why ScriptMta intends something else, and "=> " then holds ours. %CASES% is the folder itself, with the files that cases name; %FILES% is a temporary one with those that no repository can hold.
/// A file that begins with "#@ address" has that for $sender_address.
/// %SOCKET% and %PORT% are where <see cref="SocketPeer"/> listens.
/// </summary>
static class ExpansionCases
{
    public sealed record Case(string File, int Line, string Input, string Output, string? Difference);

    public static string Folder { get; } = FindFolder();

    public static IEnumerable<string> Files => Directory.EnumerateFiles(Folder, "*.txt").Order(StringComparer.Ordinal);

    public static List<Case> Read(string file)
    {
        var cases = new List<Case>();
        var lines = Placed(Latin1.Decode(File.ReadAllBytes(file))).Split('\n');
        string? input = null, difference = null;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line.StartsWith("#!", StringComparison.Ordinal)) difference = line[2..].Trim();
            else if (line.StartsWith("    =>", StringComparison.Ordinal) && input is not null)
            {
                cases.Add(new(Path.GetFileName(file), i, input, line[Math.Min(7, line.Length)..].Replace("\u00c2\u00b6", "\n"), difference));
                input = difference = null;
            }
            else if (line.Length != 0 && !line.StartsWith("# ", StringComparison.Ordinal) && !line.StartsWith("#@", StringComparison.Ordinal)) input = line;
        }
        return cases;
    }

    /// <summary>What Exim's -f gets; null for most files.</summary>
    public static string? Sender(string file) => File.ReadLines(Path.Combine(Folder, file)).First() is ['#', '@', ' ', ..] line ? line[3..] : null;

    public static string Placed(string text)
    {
        text = text.Replace("%CASES%", Folder, StringComparison.Ordinal).Replace("%FILES%", CaseFolder.Path, StringComparison.Ordinal);
        return text.Contains("%SOCKET%", StringComparison.Ordinal) || text.Contains("%PORT%", StringComparison.Ordinal)
            ? text.Replace("%SOCKET%", SocketPeer.Path, StringComparison.Ordinal).Replace("%PORT%", $"{SocketPeer.Port}", StringComparison.Ordinal) : text;
    }

    static string FindFolder([CallerFilePath] string thisFile = "") => Path.Combine(Path.GetDirectoryName(thisFile)!, "cases");
}
