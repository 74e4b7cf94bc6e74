using System.Text.RegularExpressions;

namespace ScriptMta.Tests.Reception.Dialogues;

/// <summary>What one program said in one session: lines of its replies and of its log, without what differs from run to run.</summary>
sealed partial record DialogueAnswers(IReadOnlyList<string> Replies, IReadOnlyList<string> Log)
{
    /// <summary>What only one of the two programs offers, and why.</summary>
    static readonly string[] OfferedByOne =
    [
        "ENHANCEDSTATUSCODES", // Exim sends such codes only where a rule says so; we send them always (RFC 2034)
        "PIPECONNECT", // a draft of Exim's own, for its own client
    ];

    public static DialogueAnswers Of(string output, IEnumerable<string> log, string directory) => new(
        [.. output.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n').Split('\n').Where(static l => !OfferedByOne.Contains(Offer().Replace(l, ""))).Select(l => Steady(l, directory))],
        [.. log.Select(l => Steady(l, directory))]);

    public IEnumerable<string> Lines => [.. Replies, .. Log.Select(static l => "LOG: " + l)];

    /// <summary>Without ids, times, sizes of messages (Received: names the program), process numbers and the folder.</summary>
    static string Steady(string line, string directory)
    {
        line = line.Replace(directory, "DIR", StringComparison.Ordinal);
        line = Id().Replace(line, "<id>");
        line = Program().Replace(line, "<program>");
        line = line.Replace(" L.- ", " L- ", StringComparison.Ordinal); // the dot: PIPECONNECT was offered
        line = Time().Replace(line, "$1=<time>");
        line = Size().Replace(line, " S=<size>");
        line = Date().Replace(line, "<date>");
        line = Stamp().Replace(line, "<date>");
        return Process().Replace(line, "[<pid>]");
    }

    [GeneratedRegex("^250[- ]")] private static partial Regex Offer();
    [GeneratedRegex(@"(\b|(?<=\bE))[0-9A-Za-z]{6}-([0-9A-Za-z]{6}|[0-9A-Za-z]{11})-[0-9A-Za-z]{2}([0-9A-Za-z]{2})?\b")] private static partial Regex Id();
    [GeneratedRegex(@"(?<=\()(Exim 4\.96|ScriptMta [\d.]+)(?=\))")] private static partial Regex Program();
    [GeneratedRegex(@"\b(D|RT|DT|QT)=[0-9][0-9.a-z]*s")] private static partial Regex Time();
    [GeneratedRegex(@" S=\d+")] private static partial Regex Size();
    [GeneratedRegex(@"\w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")] private static partial Regex Date();
    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")] private static partial Regex Stamp();
    [GeneratedRegex(@"(?<=^|^\d{3} )\[\d+\]")] private static partial Regex Process();
}
