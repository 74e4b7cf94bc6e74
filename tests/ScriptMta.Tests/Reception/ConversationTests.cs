using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace ScriptMta.Tests.Reception;

/// <summary>
/// Every conversations/*.smtp file: a configuration, "---", then c: lines (sent with CRLF), C: (sent raw, with \r \n \0 \xHH) and s: lines (expected, * matches anything; "s: EOF" the end),
/// then perhaps "---" and lines that the main log must hold in that order. Each is played three times: turns whole, line by line, and byte by byte.
/// </summary>
public sealed class ConversationTests
{
    public static TheoryData<string, string> Files
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var file in Directory.GetFiles(Folder(), "*.smtp").Select(Path.GetFileNameWithoutExtension).Order())
                foreach (var pace in (string[])["whole", "lines", "bytes"])
                    data.Add(file!, pace);
            return data;
        }
    }

    [Theory, MemberData(nameof(Files))]
    public async Task The_server_answers_as_written(string file, string pace)
    {
        var parts = Regex.Split(await File.ReadAllTextAsync(Path.Combine(Folder(), file + ".smtp")), "^---\n", RegexOptions.Multiline);
        await using var fixture = await ReceptionFixture.OfAsync(parts[0], logSelectors: "smtp_syntax_error smtp_protocol_error");
        await using var client = fixture.Connect();
        var dialogue = parts[1].Split('\n').Where(l => l.Length > 1 && l[1] == ':').ToArray();
        Assert.Equal(dialogue, await PlayAsync(client, dialogue, pace));
        await client.HangUpAsync();
        if (parts.Length > 2) CheckLog(parts[2].Split('\n', StringSplitOptions.RemoveEmptyEntries), fixture.Log());
    }

    /// <summary>The dialogue as it went; it stops at the first wrong answer.</summary>
    static async Task<List<string>> PlayAsync(TestClient client, string[] dialogue, string pace)
    {
        var (said, went) = (new StringBuilder(), new List<string>());
        foreach (var line in dialogue)
        {
            if (line[0] != 's')
            {
                said.Append(line[0] == 'c' ? (line.Length > 3 ? line[3..] : "") + "\r\n" : Unescape(line[3..]));
                if (pace != "whole") await SendAsync(client, said, pace);
                went.Add(line);
                continue;
            }
            await SendAsync(client, said, pace);
            var answer = await client.ReadLineAsync() ?? "EOF";
            var right = Matches(answer, line[3..]);
            went.Add(right ? line : "s: " + answer);
            if (!right) break;
        }
        return went;
    }

    static async Task SendAsync(TestClient client, StringBuilder said, string pace)
    {
        var text = said.ToString();
        said.Clear();
        if (pace == "bytes")
            foreach (var c in text)
                await client.SendAsync(c.ToString());
        else if (text.Length > 0) await client.SendAsync(text);
    }

    static void CheckLog(string[] expected, string log)
    {
        var at = 0;
        foreach (var line in expected)
        {
            var found = Regex.Match(log[at..], Pattern(line));
            Assert.True(found.Success, $"the log lacks, in this order:\n{line}\nThe log:\n{log}");
            at += found.Index + found.Length;
        }
    }

    static bool Matches(string answer, string expected) => Regex.IsMatch(answer, $"^{Pattern(expected)}$");

    static string Pattern(string text) => Regex.Escape(text).Replace("\\*", ".*", StringComparison.Ordinal);

    static string Unescape(string text) => Regex.Replace(text, @"\\(r|n|0|x[0-9a-f]{2}|\\)", m => m.Value[1] switch
    {
        'r' => "\r", 'n' => "\n", '0' => "\0", '\\' => "\\", _ => ((char)Convert.ToByte(m.Value[2..], 16)).ToString(),
    });

    static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "conversations");
}
