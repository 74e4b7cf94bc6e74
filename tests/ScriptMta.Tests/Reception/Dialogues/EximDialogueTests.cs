using System.Runtime.CompilerServices;

namespace ScriptMta.Tests.Reception.Dialogues;

/// <summary>
/// Every session of every *.txt file here is run by Debian's Exim (<c>exim4 -bh</c>) and by us, and both must say the same: the replies, and the lines that would be logged. Ids, times, sizes
/// of messages and process numbers are left out of it, and so are enhanced status codes that Exim does not send. Nothing expected is written down: Exim is the expectation.
/// <code>
/// === config                       a whole configuration; before it stand spool_directory, log_file_path, primary_hostname = mail.test.example, qualify_domain = test.example,
/// acl_smtp_rcpt = accept           smtp_banner = "$smtp_active_hostname ESMTP", tls_advertise_hosts =, keep_environment = and never_users =, each where the text does not set it
/// === file NAME                    any number: a file DIR/NAME (DIR in any part is the temporary folder); one that begins with #! can be run
/// === zone                         what the DNS says, "name TYPE data" a line; a name with "wait." in it gets a server failure; every other name does not exist
/// === peer                         a mail server at 127.0.0.1, PORT (ScriptedPeer): callouts are made (-bhc), and what it hears comes after the log
/// === session 192.0.2.1 title      the client's lines, sent with CRLF; "raw: " takes \r \n \t \0 \xHH \\ and adds nothing. 192.0.2.1.1234 has a port, "local" is -bs; -oM options may follow
/// === differs why                  an intended difference of the session before, and the lines that are ours alone ("LOG: " before those of the log)
/// </code>
/// <c>SCRIPTMTA_DIALOGUE=base.txt dotnet test … --filter "FullyQualifiedName~EximDialogueTests"</c> runs one file, <c>base.txt:12</c> one session (the line of its "=== session").
/// </summary>
public sealed class EximDialogueTests
{
    /// <summary>So many sessions the issue of the front door asks for; more are welcome.</summary>
    const int AtLeast = 250;

    /// <summary>Each has its reason where it stands and is in the README.</summary>
    const int MostDifferences = 20;

    const string Chosen = "SCRIPTMTA_DIALOGUE";

    static readonly List<DialogueSession> All = [.. Directory.GetFiles(Folder(), "*.txt").Order(StringComparer.Ordinal).SelectMany(DialogueFile.Read)];
    static readonly List<DialogueSession> Wanted = [.. All.Where(IsChosen)];

    public static TheoryData<string, int, string> Sessions
    {
        get
        {
            var data = new TheoryData<string, int, string>();
            foreach (var session in Wanted) data.Add(session.File, session.Line, session.Title);
            return data;
        }
    }

    [Theory, MemberData(nameof(Sessions))]
    public async Task ScriptMta_says_what_Exim_says(string file, int line, string title)
    {
        var session = Wanted.Single(s => s.File == file && s.Line == line);
        var exim = EximAnswers.OfAsync(session, Wanted);
        var ours = await OwnAnswers.OfAsync(session, Pace.Whole);
        var comparison = new DialogueComparison(await exim, ours);
        if (session.DiffersBecause is null) Assert.True(comparison.Difference is null, $"{file}:{line} {title}\n{comparison.Difference}");
        else
        {
            Assert.True(comparison.Difference is not null, $"{file}:{line} {title}: differs no longer ({session.DiffersBecause})");
            Assert.True(session.Instead.SequenceEqual(comparison.OnlyOurs), $"{file}:{line} {title}: differs in another way than is written: only ours are\n{string.Join('\n', comparison.OnlyOurs)}\n\n{comparison.Difference}");
        }
    }

    [Theory, MemberData(nameof(Sessions))]
    public async Task Replies_do_not_depend_on_how_the_input_arrives(string file, int line, string title)
    {
        var session = Wanted.Single(s => s.File == file && s.Line == line);
        var whole = await OwnAnswers.OfAsync(session, Pace.Whole);
        // TLS makes no difference to what another server is asked, which takes its time.
        foreach (var pace in Enum.GetValues<Pace>().Where(p => p != Pace.Whole && (session.Site.Peer is null || p < Pace.WholeInTls)))
        {
            var other = await OwnAnswers.OfAsync(session, pace);
            Assert.True(whole.Lines.SequenceEqual(other.Lines), $"{file}:{line} {title}, {pace}:\n{new DialogueComparison(whole, other).Difference}");
        }
    }

    [Fact]
    public void There_are_enough_sessions_and_few_intended_differences()
    {
        Assert.True(All.Count >= AtLeast, $"{All.Count} sessions");
        Assert.True(All.Count(s => s.DiffersBecause is not null) <= MostDifferences, $"{All.Count(s => s.DiffersBecause is not null)} intended differences");
        Assert.Empty(All.Where(s => s.Title.Length == 0).Select(s => $"{s.File}:{s.Line} has no title"));
        Assert.Empty(All.GroupBy(s => (s.File, s.Title)).Where(g => g.Count() > 1).Select(g => $"{g.Key.File}: \"{g.Key.Title}\" is there twice"));
    }

    static bool IsChosen(DialogueSession session) => Environment.GetEnvironmentVariable(Chosen) is not { Length: > 0 } chosen || chosen == session.File || chosen == $"{session.File}:{session.Line}";

    static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
