using System.Text;
using System.Text.RegularExpressions;
using ScriptMta.Common;

namespace ScriptMta.Tests.Reception.Dialogues;

/// <summary>What a session runs with: parts are text in which DIR stands for the temporary folder.</summary>
sealed class DialogueSite
{
    public List<string> Configuration { get; private init; } = [];
    public List<(string Name, List<string> Lines)> Files { get; private init; } = [];
    public List<string> Zone { get; private init; } = [];
    /// <summary>The script of a mail server (<see cref="ScriptedPeer"/>); null = there is none, and nobody is called.</summary>
    public List<string>? Peer { get; private init; }

    /// <summary>The same with a mail server, whose script is yet to come.</summary>
    public DialogueSite WithPeer() => new() { Configuration = Configuration, Files = Files, Zone = Zone, Peer = [] };
}

/// <summary>One session of a file. Peer is an address, perhaps with a port, or "local". Options are -oM… with their values.</summary>
sealed record DialogueSession(string File, int Line, DialogueSite Site, string Peer, string[] Options, string Title)
{
    public List<string> Input { get; } = [];
    /// <summary>Null where ScriptMta says what Exim says.</summary>
    public string? DiffersBecause { get; set; }
    public List<string> Instead { get; } = [];

    public bool IsLocal => Peer == "local";
    public override string ToString() => $"{File}:{Line} {Title}";

    /// <summary>The bytes that the client sends: lines with CRLF; what follows "raw: " as it is, with escapes.</summary>
    public byte[] Bytes(string directory)
    {
        var text = new StringBuilder();
        foreach (var line in Input)
            text.Append(line.StartsWith("raw: ", StringComparison.Ordinal) ? Unescape(line[5..]) : line + "\r\n");
        return Latin1.Encode(text.ToString().Replace("DIR", directory, StringComparison.Ordinal));
    }

    static string Unescape(string text) => Regex.Replace(text, @"\\(r|n|t|0|x[0-9a-fA-F]{2}|\\)", m => m.Value[1] switch
    {
        'r' => "\r", 'n' => "\n", 't' => "\t", '0' => "\0", '\\' => "\\", _ => ((char)Convert.ToByte(m.Value[2..], 16)).ToString(),
    });
}

/// <summary>Reads the format that <see cref="EximDialogueTests"/> describes.</summary>
static class DialogueFile
{
    const string Mark = "=== ";

    public static List<DialogueSession> Read(string path)
    {
        var sessions = new List<DialogueSession>();
        var (site, place, number) = (new DialogueSite(), new List<string>(), 0);
        foreach (var line in Latin1.Decode(File.ReadAllBytes(path)).TrimEnd('\n').Split('\n'))
        {
            number++;
            if (!line.StartsWith(Mark, StringComparison.Ordinal)) { place.Add(line); continue; }
            var words = line[Mark.Length..].Split(' ', 2);
            var rest = words.Length > 1 ? words[1].Trim() : "";
            switch (words[0])
            {
                case "config": site = new(); place = site.Configuration; break;
                case "file": site.Files.Add((rest, [])); place = site.Files[^1].Lines; break;
                case "zone": place = site.Zone; break;
                case "peer": site = site.WithPeer(); place = site.Peer!; break;
                case "session": sessions.Add(Session(Path.GetFileName(path), number, site, rest)); place = sessions[^1].Input; break;
                case "differs":
                    sessions[^1].DiffersBecause = rest.Length > 0 ? rest : throw new FormatException($"{path}:{number}: why does it differ?");
                    place = sessions[^1].Instead;
                    break;
                default: throw new FormatException($"{path}:{number}: \"{line}\" is not config, file, zone, peer, session or differs");
            }
        }
        return [.. sessions.Select(Trimmed)];
    }

    static DialogueSession Session(string file, int number, DialogueSite site, string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var options = 1;
        while (options + 1 < words.Length && words[options].StartsWith("-oM", StringComparison.Ordinal)) options += 2;
        return new(file, number, site, words[0], words[1..options], string.Join(' ', words[options..]));
    }

    /// <summary>Empty lines before the next mark, and comments (# at the start of a line after an empty line), are for readers.</summary>
    static DialogueSession Trimmed(DialogueSession session)
    {
        foreach (var lines in (List<string>[])[session.Input, session.Instead])
        {
            var comment = lines.FindIndex(static l => l.Length == 0) is var empty && empty >= 0 ? FirstTrailing(lines) : -1;
            if (comment >= 0) lines.RemoveRange(comment, lines.Count - comment);
        }
        return session;
    }

    /// <summary>Where the last lines that are empty or comments begin, the first of them being empty; -1 = nowhere.</summary>
    static int FirstTrailing(List<string> lines)
    {
        var at = lines.Count;
        while (at > 0 && (lines[at - 1].Length == 0 || lines[at - 1].StartsWith('#'))) at--;
        while (at < lines.Count && lines[at].Length != 0) at++;
        return at < lines.Count ? at : -1;
    }
}
