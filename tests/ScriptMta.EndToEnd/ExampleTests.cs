namespace ScriptMta.EndToEnd;

/// <summary>Each example's conversation file, played against a daemon that runs the example's own configuration.</summary>
public sealed class ExampleTests
{
    public static TheoryData<string> Examples() =>
        new(Directory.GetDirectories(Path.Combine(Binary.Root, "examples")).Select(Path.GetFileName).Order()!);

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_conversation_goes_as_written(string example)
    {
        using var folder = new TemporaryFolder();
        folder.CopyFrom(Path.Combine(Binary.Root, "rules"), "rules");
        var copy = folder.CopyFrom(Path.Combine(Binary.Root, "examples", example), $"examples/{example}");
        using var smartHost = new SmtpSink();
        using var daemon = RunningDaemon.Start(Path.Combine(copy, "scriptmta.conf"), "-DSMTP_PORT=0", "-DSMART_HOST=127.0.0.1", $"-DSMART_PORT={smartHost.Port}");
        using var client = new SmtpConversation(daemon.Port);
        var lines = File.ReadAllLines(Path.Combine(copy, "conversation"));
        for (var i = 0; i < lines.Length; i++) Play(lines[i], $"{example}/conversation:{i + 1}", copy, client, smartHost);
        Assert.Equal(0, daemon.Stop());
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Check_finds_nothing_wrong(string example)
    {
        var result = Binary.Run(["check", Path.Combine(Binary.Root, "examples", example, "scriptmta.conf")]);
        Assert.True(result.Status == 0 && result.Output.StartsWith("0 errors, 0 warnings", StringComparison.Ordinal), result.ToString());
    }

    static void Play(string line, string where, string folder, SmtpConversation client, SmtpSink smartHost)
    {
        if (line.Length == 0 || line[0] == '#') return;
        var colon = line.IndexOf(':');
        Assert.True(colon > 0, $"{where}: not a line of a conversation: {line}");
        var (word, rest) = (line[..colon], line.Length > colon + 2 ? line[(colon + 2)..] : "");
        switch (word.Split(' ')[0])
        {
            case "c": client.Send(rest); break;
            case "s":
                var reply = client.Reply();
                Assert.True(reply.StartsWith(rest, StringComparison.Ordinal), $"{where}: expected {rest}, got {reply}");
                break;
            case "mail": Wait.Until(() => Mail(folder, word[5..]).Contains(rest, StringComparison.Ordinal), () => $"{where}: {line}\nfound:\n{Mail(folder, word[5..])}\nlog:\n{Mail(folder, "var/log/mainlog")}"); break;
            case "no": Assert.True(Mail(folder, rest).Length == 0, $"{where}: {line}"); break;
            case "relayed": Wait.Until(() => smartHost.Messages.Any(m => m.Data.Contains(rest, StringComparison.Ordinal)), $"{where}: {line}"); break;
            default: Assert.Fail($"{where}: unknown word {word}"); break;
        }
    }

    /// <summary>Everything in a mailbox: an mbox file, or the files of a Maildir's new/.</summary>
    static string Mail(string folder, string mailbox)
    {
        var path = Path.Combine(folder, mailbox.TrimEnd(':', ' '));
        if (File.Exists(path)) return File.ReadAllText(path, System.Text.Encoding.Latin1);
        var arrived = Path.Combine(path, "new");
        return !Directory.Exists(arrived) ? ""
            : string.Concat(Directory.GetFiles(arrived).Select(f => File.ReadAllText(f, System.Text.Encoding.Latin1)));
    }
}
