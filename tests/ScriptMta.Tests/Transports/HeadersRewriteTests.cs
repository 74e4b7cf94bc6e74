using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Tests.Expansion;

namespace ScriptMta.Tests.Transports;

/// <summary>headers_rewrite over one message (rewriting/message.txt): a row is the option, then the header section that is delivered, as Exim delivers it.</summary>
public sealed class HeadersRewriteTests
{
    static readonly string Message = File.ReadAllText(RuleLines.FileOf("Transports", "rewriting", "message.txt"));

    static List<ExpansionCases.Case> Rows => ExpansionCases.Read(RuleLines.FileOf("Transports", "rewriting", "headers.txt"));

    [Fact]
    public void Exim_delivers_what_the_rows_say() => Assert.Equal(string.Join("\n\n", Rows.Select(Show)), string.Join("\n\n", Rows.Zip(Exim(Rows), (row, headers) => Show(row with { Output = headers }))));

    [Fact]
    public async Task So_does_ScriptMta()
    {
        foreach (var row in Rows)
        {
            await using var bench = new TransportBench($"driver = appendfile\nfile = DIR/$local_part_data\nheaders_rewrite = {row.Input}\n");
            Assert.Empty(bench.Problems);
            bench.Headers = new([.. Fields(Message)]);
            Assert.Equal("delivered", await bench.OneAsync("u@mbox.test"));
            Assert.Equal(Show(row), Show(row with { Output = Delivered(bench.Read("u")) }));
        }
    }

    [Theory]
    [InlineData("a@b.test", "missing rewrite replacement string")]
    [InlineData("a@b.test c@d.test : : e@f.test", "missing rewrite replacement string")]
    [InlineData("a@b.test c@d.test E", "rewrite rule specifies a non-header rewrite - not allowed at transport time -")]
    [InlineData("a@b.test c@d.test fF", "rewrite rule specifies a non-header rewrite - not allowed at transport time -")]
    [InlineData("^a c@d.test S", "rewrite rule specifies a non-header rewrite - not allowed at transport time -")]
    [InlineData("a@b.test c@d.test S", "rewrite rule has the S flag but is not a regular expression")]
    [InlineData("a@b.test c@d.test f : x@b.test c@d.test Z", "unknown rewrite flag character 'Z' (could be missing quotes round replacement item)")]
    public void What_is_wrong_is_said_in_Exims_words(string option, string said)
    {
        var bench = new TransportBench($"driver = appendfile\nfile = DIR/x\nheaders_rewrite = {option}\n");
        Assert.Contains(bench.Problems, p => p.EndsWith(said, StringComparison.Ordinal));
        Assert.Contains(said, Ask(option), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_routers_and_the_transport_add_is_left_alone()
    {
        await using var bench = new TransportBench("driver = appendfile\nfile = DIR/$local_part_data\nheaders_rewrite = *@b.test x@y.test\nheaders_add = Reply-To: t@b.test\n");
        bench.Headers = new([HeaderField.Create("From", "a@b.test"), HeaderField.Create("X-From", "a@b.test")]);
        await bench.DeliverAsync(TransportBench.Plan(TransportBench.Address("u@mbox.test")) with { HeadersAdd = [HeaderField.Create("To", "r@b.test")] });
        Assert.Contains("From: x@y.test\nX-From: a@b.test\nTo: r@b.test\nReply-To: t@b.test\n\n", bench.Read("u"), StringComparison.Ordinal);
    }

    static string Show(ExpansionCases.Case row) => $"{row.Input}\n{row.Output}";

    static string Delivered(string mbox)
    {
        var headers = mbox[..mbox.IndexOf("\n\n", StringComparison.Ordinal)];
        return headers[(headers.StartsWith("From: ", StringComparison.Ordinal) ? 0 : headers.IndexOf("\nFrom: ", StringComparison.Ordinal) + 1)..];
    }

    static ImmutableArray<HeaderField> Fields(string text) => [.. text.TrimEnd().Split('\n').Select(l => l.Split(": ", 2)).Select(p => HeaderField.Create(p[0], p[1]))];

    static string Ask(string option)
    {
        var file = Path.Combine(Path.GetTempPath(), $"scriptmta-rules-{Guid.NewGuid():N}.conf");
        File.WriteAllText(file, $"log_file_path = syslog\nkeep_environment =\nbegin transports\nt:\n  driver = appendfile\n  file = /dev/null\n  headers_rewrite = {option}\n");
        var (output, errors, _) = Oracle.Run(["-C", file, "-bV"]);
        File.Delete(file);
        return output + errors;
    }

    /// <summary>One message, a recipient, router and transport for each row. Root queues and delivers; the deliveries run as nobody.</summary>
    static List<string> Exim(List<ExpansionCases.Case> rows)
    {
        var place = Directory.CreateTempSubdirectory("scriptmta-rewrite-");
        try
        {
            File.SetUnixFileMode(place.FullName, (UnixFileMode)0x1ff);
            var routers = string.Concat(rows.Select((_, i) => $"r{i}:\n  driver = accept\n  local_parts = u{i}\n  transport = t{i}\n"));
            var transports = string.Concat(rows.Select((row, i) => $"t{i}:\n  driver = appendfile\n  file = {place.FullName}/{i}\n  user = 65534\n  group = 65534\n  headers_rewrite = {row.Input}\n"));
            var file = Path.Combine(place.FullName, "exim.conf");
            File.WriteAllText(file, $"primary_hostname = mx.test.org\nqualify_domain = test.org\nkeep_environment =\nspool_directory = {place.FullName}/spool\nlog_file_path = syslog\n"
                + $"never_users =\nacl_not_smtp = accept\nbegin routers\n{routers}begin transports\n{transports}");
            Directory.CreateDirectory(place.FullName + "/spool");
            File.SetUnixFileMode(place.FullName + "/spool", (UnixFileMode)0x1ff);
            var (_, errors, status) = Oracle.Run(["-C", file, "-odq", "-f", "s@mbox.test", .. rows.Select((_, i) => $"u{i}@mbox.test")], (Message + "\nbody").Split('\n'));
            Assert.True(status == 0, errors);
            Oracle.Run(["-C", file, "-q"]);
            return [.. rows.Select((_, i) => Delivered(Latin1.Decode(File.ReadAllBytes($"{place.FullName}/{i}"))))];
        }
        finally { place.Delete(recursive: true); }
    }
}
