using System.Text.RegularExpressions;

namespace ScriptMta.EndToEnd;

/// <summary>The README's commands are run as they stand there; only the port differs, since tests may run side by side.</summary>
public sealed class ReadmeTests
{
    static readonly string[] Blocks =
        [.. Regex.Matches(File.ReadAllText(Path.Combine(Binary.Root, "README.md")), "```sh\n(.*?)```", RegexOptions.Singleline).Select(m => m.Groups[1].Value)];

    [Fact]
    public void The_two_commands_name_what_is_there()
    {
        var words = Blocks[0].Trim().Split(' ');
        Assert.Equal(["dotnet", "run", "-c", "Release", "--project", "src/ScriptMta", "--", "daemon", "--config", "examples/escalation/scriptmta.conf"], words);
        Assert.True(File.Exists(Path.Combine(Binary.Root, words[^1])));
        Assert.Equal("tests/run", Blocks[1].Trim());
        Assert.True(File.Exists(Path.Combine(Binary.Root, "tests/run")));
    }

    [Fact]
    public void From_first_mail_to_explained_rule()
    {
        using var folder = new TemporaryFolder();
        folder.CopyFrom(Path.Combine(Binary.Root, "rules"), "rules");
        var example = folder.CopyFrom(Path.Combine(Binary.Root, "examples", "escalation"), "examples/escalation");
        Directory.CreateDirectory(folder["src/ScriptMta/bin/Release/net10.0"]);
        File.CreateSymbolicLink(folder["src/ScriptMta/bin/Release/net10.0/scriptmta"], Binary.FilePath);
        using var daemon = RunningDaemon.Start(Path.Combine(example, "scriptmta.conf"), "-DSMTP_PORT=0");

        // A person's second command comes seconds after the first; deliveries may take some milliseconds.
        var script = Blocks[2].Replace("2525", daemon.Port.ToString()).Replace("\ngrep ", "\nsleep 2; grep ").Replace("\nls ", "\nsleep 2; ls ");
        var result = Binary.Run(["-e", "-c", "shopt -s expand_aliases\n" + script], program: "/bin/bash", folder: folder.Path);

        Assert.True(result.Status == 0, result + "\n" + daemon.Output);
        Assert.Matches("var/mail/alice/new/\\S+:X-Priority: 1\n", result.Output);
        Assert.Matches("var/mail/bob/new/\\S+:X-Priority: 1\n", result.Output);
        Assert.Contains("escalate", result.Output, StringComparison.Ordinal);
        Assert.Contains("alice@example.com: transport mailbox", result.Output, StringComparison.Ordinal);
        Assert.Contains("support@example.com: transport mailbox", result.Output, StringComparison.Ordinal);
        Assert.Contains("adds X-Priority: 1", result.Output, StringComparison.Ordinal);
    }
}
