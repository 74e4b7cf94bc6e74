using System.Text.RegularExpressions;
using ScriptMta.Tests;

namespace ScriptMta.EndToEnd;

/// <summary>-bp, -M, -q, -R and -S beside Debian's real Exim: the same queue, the same commands; output and exit status are compared, with ids, sizes and times made equal.</summary>
public sealed partial class QueueOptionTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A queue of three messages (A tried, B and C not) of one of the two programs.</summary>
    sealed class Side(string program, string configuration, Func<string, string> path)
    {
        readonly List<string> _ids = [];

        public string MainLog => Regex.Replace(File.ReadAllText(path("log/mainlog"), System.Text.Encoding.Latin1), @"(?m)^\S+ \S+ ", "");

        public CommandResult Run(string input, params string[] words) =>
            Binary.Run(["-C", configuration, .. words.Select(w => w is ['#', var letter] ? _ids[letter - 'A'] : w)], input, program);

        public void Fill()
        {
            Send("From: a@b.example\nTo: alias@example.org\nSubject: hi\n\nbody\n.dot\n", "-i", "-odi", "-f", "s@b.example", "alias@example.org", "far@slow.example");
            Send("Subject: two\n\nbody2\n", "-odq", "-f", "s2@b.example", "nobody@example.org", "far@slow.example");
            Send("Subject: three\n\nbody3\n", "-odq", "-f", "<>", "x@slow.example", "\"quo ted\"@slow.example");
        }

        /// <summary>No two recipients have a domain in common, since Exim's hints are by domain.</summary>
        public void FillUntried()
        {
            Send("Subject: one\n\nbody\n", "-odq", "-f", "s@b.example", "far@four.example");
            Send("Subject: two\n\nbody2\n", "-odq", "-f", "s2@b.example", "nobody@example.org");
            Send("Subject: three\n\nbody3\n", "-odq", "-f", "<>", "x@two.example", "y@three.example");
        }

        void Send(string message, params string[] words)
        {
            var result = Run(message, words);
            Assert.True(result.Status == 0, result.ToString());
            _ids.Add(Id().Matches(Run("", "-bp").Output).Select(m => m.Value).Single(id => !_ids.Contains(id)));
        }

        public string Answer(string[] words)
        {
            var result = Run("", words);
            var text = $"{result.Output}--\n{result.Error.Replace("scriptmta: ", "exim: ", StringComparison.Ordinal)}-- {result.Status}";
            for (var i = 0; i < _ids.Count; i++) text = text.Replace(_ids[i], $"#{(char)('A' + i)}", StringComparison.Ordinal);
            text = Regex.Replace(text, @"(?m)^ +\d+[smhd] +[\d.]+[KM]? (?=#)", "AGE SIZE ");
            return Id().Replace(text, "ID");
        }
    }

    /// <summary>Exim 4.96 has shorter ids.</summary>
    [GeneratedRegex(@"\b[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4})\b")] private static partial Regex Id();

    string Configuration(string name)
    {
        foreach (var part in new[] { "spool", "log", "mail" })
        {
            Directory.CreateDirectory(_folder[$"{name}/{part}"]);
            File.SetUnixFileMode(_folder[$"{name}/{part}"], (UnixFileMode)0b111_111_111);
        }
        File.SetUnixFileMode(_folder[name], (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(_folder[""], (UnixFileMode)0b111_101_101);
        return _folder.Write($"{name}/test.conf", $$"""
            primary_hostname = mta.example
            spool_directory = {{_folder[$"{name}/spool"]}}
            log_file_path = {{_folder[$"{name}/log"]}}/%slog
            qualify_domain = example.org
            keep_environment =
            {{(name == "exim" ? "exim_user = root\nexim_group = root" : "")}}
            begin routers
            alias:
              driver = redirect
              local_parts = alias
              data = one@example.org, two@example.org
            slow:
              driver = redirect
              domains = slow.example
              allow_defer
              data = :defer: the far side sleeps
            local:
              driver = accept
              domains = example.org
              local_parts = one
              transport = mailbox
            rest:
              driver = redirect
              allow_defer
              data = :defer: not now
            begin transports
            mailbox:
              driver = appendfile
              file = {{_folder[$"{name}/mail"]}}/$local_part_data
              user = mail
            begin retry
            * * F,4d,1h
            """);
    }

    (Side Ours, Side Exim) Both()
    {
        var (ours, exim) = (new Side(Binary.FilePath, Configuration("ours"), p => _folder["ours/" + p]), new Side(Oracle.Program, Configuration("exim"), p => _folder["exim/" + p]));
        ours.Fill();
        exim.Fill();
        return (ours, exim);
    }

    static void Compare(Side ours, Side exim, params string[][] commands)
    {
        foreach (var words in commands)
            Assert.Equal($"{string.Join(' ', words)}\n{exim.Answer(words)}", $"{string.Join(' ', words)}\n{ours.Answer(words)}");
    }

    const string Missing = "1xWJhA-0007cz-0f", OurMissing = "1xWJhA-00000000cz0-0f00";

    static void CompareMissing(Side ours, Side exim, params string[] options)
    {
        foreach (var option in options) Assert.Equal($"{option}\n{exim.Answer([option, Missing])}", $"{option}\n{ours.Answer([option, OurMissing])}");
    }

    [Fact]
    public void Listings_are_exims()
    {
        var (ours, exim) = Both();
        Compare(ours, exim, ["-bp"], ["-bpa"], ["-bpu"], ["-bpc"], ["-bp", "#B", "#A"], ["-bpa", "#A"]);
        CompareMissing(ours, exim, "-bp");
        Compare(ours, exim, ["-Mmd", "#B", "nobody@example.org"], ["-Mf", "#C"], ["-bp"], ["-bpu"], ["-bpa"]);
    }

    [Fact]
    public void Holding_and_letting_go_are_exims()
    {
        var (ours, exim) = Both();
        Compare(ours, exim, ["-Mf", "#A"], ["-Mf", "#A", "#B"], ["-Mt", "#A"], ["-Mt", "#A"], ["-Mf", "junk"], ["-Mf"]);
        CompareMissing(ours, exim, "-Mf", "-Mt", "-Mrm", "-Mg", "-Mmad", "-M", "-Mvh", "-Mvb");
        Compare(ours, exim, ["-Mg", "#C"], ["-Mrm", "#A", "#B"], ["-Mrm"], ["-bp"]);
        Assert.Equal(Lines(exim.MainLog).Where(l => !l.Contains(" == ", StringComparison.Ordinal)), Lines(ours.MainLog).Where(l => !l.Contains(" == ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Edits_are_exims()
    {
        var (ours, exim) = Both();
        Compare(ours, exim, ["-Mar", "#A", "new@slow.example"], ["-Mar", "#A", "other"], ["-Mar", "#A"], ["-Mar", "#A", "bad address here"], ["-Mar", "#A", "<>"], ["-bp", "#A"],
            ["-Mes", "#A", "q@r.example"], ["-Mes", "#A", "<>"], ["-Mes", "#A", "unqualified"], ["-Mes", "#A"], ["-Mes", "#A", "a@b", "c@d"],
            ["-Mmd", "#B", "nobody@example.org"], ["-Mmd", "#B", "NOBODY@example.org"], ["-Mmd", "#B", "far@slow.example", "nix@nix.example"], ["-Mmd", "#B"], ["-Mmad", "#B"], ["-bp"]);
        CompareMissing(ours, exim, "-Mar", "-Mes", "-Mmd");
    }

    [Fact]
    public void A_message_is_shown_as_exim_shows_it()
    {
        var (ours, exim) = Both();
        Compare(ours, exim, ["-Mvb", "#A"], ["-Mvh", "#A", "#B"], ["-Mvh"]);
        // What differs by name and version only.
        static string Content(string text) => Regex.Replace(text, @"(?s)^.*?(?=From:)|^.*Date:.*$|(?m)^(Message-Id|Date|Received|\t).*$", "");
        Assert.Equal(Content(exim.Answer(["-Mvc", "#A"])), Content(ours.Answer(["-Mvc", "#A"])));
        static string[] Envelope(string text) => [.. text[..text.IndexOf("\n\n", StringComparison.Ordinal)].Split('\n').Where(l => !l.StartsWith('-') && !l.StartsWith('1'))];
        Assert.Equal(Envelope(exim.Answer(["-Mvh", "#A"])), Envelope(ours.Answer(["-Mvh", "#A"])));
        static string[] Fields(string text) => [.. Regex.Matches(text, @"(?m)^\d{3}(.) ([A-Za-z-]+):").Select(m => m.Groups[1].Value + m.Groups[2].Value)];
        Assert.Equal(Fields(exim.Answer(["-Mvh", "#A"])), Fields(ours.Answer(["-Mvh", "#A"])));
    }

    [Fact]
    public void Runs_over_what_matches_try_the_same_messages()
    {
        foreach (var words in new string[][]
        {
            ["-qi", "#B"], ["-q", "#B", "#B"], ["-R", "NOBODY@EXAMPLE"], ["-Rrf", "^(x|nobody)@"], ["-Sr", "^s2?@"],
        })
        {
            var (ours, exim) = Fresh(words);
            Assert.Equal($"{string.Join(' ', words)}\n{Tried(exim.MainLog)}", $"{string.Join(' ', words)}\n{Tried(ours.MainLog)}");
        }
    }

    int _queues;

    /// <summary>A queue of untried messages that one command has run over.</summary>
    (Side Ours, Side Exim) Fresh(string[] words)
    {
        var sides = new[] { ("ours", Binary.FilePath), ("exim", Oracle.Program) }.Select(one =>
        {
            var name = $"{one.Item1}{_queues}";
            var side = new Side(one.Item2, Configuration(name == $"exim{_queues}" ? "exim" : name), p => _folder[$"{(one.Item1 == "exim" ? "exim" : name)}/{p}"]);
            foreach (var part in new[] { "spool", "log" }.Where(_ => one.Item1 == "exim"))
            {
                Directory.Delete(_folder[$"exim/{part}"], recursive: true);
                Directory.CreateDirectory(_folder[$"exim/{part}"]);
            }
            side.FillUntried();
            var result = side.Run("", words);
            Assert.True(result.Status == 0, result.ToString());
            return side;
        }).ToArray();
        _queues++;
        return (sides[0], sides[1]);
    }

    /// <summary>Which addresses were tried after all had arrived, in any order.</summary>
    static string Tried(string log) => string.Join('\n', Lines(log[log.LastIndexOf(" <= ", StringComparison.Ordinal)..]).Where(l => Regex.IsMatch(l, "==.* defer \\(-1\\)")).Order(StringComparer.Ordinal));

    static string[] Lines(string log) => [.. log.Split('\n').Where(l => l.Length > 0 && !l.Contains(" <= ", StringComparison.Ordinal) && !l.Contains("not found", StringComparison.Ordinal) && !l.Contains("=> ", StringComparison.Ordinal)
        && !l.Contains(" Warning", StringComparison.Ordinal)).Select(l => Id().Replace(l, "ID"))];

    /// <summary>Debian's 4.96 scripts know the ids of 4.96 only: exiqgrep's one pattern is widened to those of 4.97, as 4.97's own has it; exiqsumm runs as it is.</summary>
    [Fact]
    public void Exiqgrep_and_exiqsumm_read_our_listing_and_the_verbs_answer_the_same()
    {
        var configuration = Configuration("ours");
        var ours = new Side(Binary.FilePath, configuration, p => _folder["ours/" + p]);
        ours.Fill();
        ours.Run("", "-Mf", "#B");
        var listing = ours.Run("", "-bp").Output;
        var summary = Binary.Run([Oracle.Tool("exiqsumm")], listing, program: "/usr/bin/perl");
        Assert.Equal(summary.Output, Binary.Run(["queue", "summary", "-C", configuration]).Output);
        Assert.Matches(@"\n    4 +\d+ +0m +0m  slow.example\n", summary.Output);
        var script = _folder.Write("exiqgrep", File.ReadAllText(Oracle.Tool("exiqgrep")).Replace(@"(\w{6}-\w{6}-\w{2})", @"(\w{6}-\w{6}-\w{2}|\w{6}-\w{11}-\w{4})", StringComparison.Ordinal));
        string Grep(params string[] words) => Binary.Run([script, "-E", Binary.FilePath, "-C", configuration, .. words], program: "/usr/bin/perl").Output;
        Assert.Equal(Grep("-z", "-i"), Binary.Run(["queue", "list", "-C", configuration, "--format=ids", "frozen=yes"]).Output);
        Assert.Equal(Grep("-f", "s@b", "-b"), Binary.Run(["queue", "list", "-C", configuration, "--format=brief", "sender~s@b"]).Output);
        Assert.Equal("2 matches out of 3 messages\n", Grep("-x", "-c"));
        Assert.Equal(3, Grep("-r", "slow.example", "-i").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}
