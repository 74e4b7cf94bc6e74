using System.Diagnostics;
using System.Text;

namespace ScriptMta.Tests.Expansion.Generated;

/// <summary>Asks Debian's Exim and ours to expand the same templates, with the same file behind FILE.</summary>
sealed class TwoExims : IDisposable
{
    const string Table = "a: one\nabc: two\nx@a.b: three\n*@a.b: four\n*: five\n\"q r\": six\n^b: seven\n192.0.2.0/24: eight\n*.b: nine\n2001:db8::/32: ten\n";

    const string NoAnswer = "(no answer: Exim died)";

    readonly string _folder = Directory.CreateTempSubdirectory("scriptmta-generated-").FullName;
    readonly string _table;
    readonly string _configuration;

    public TwoExims()
    {
        (_table, _configuration) = (Path.Combine(_folder, "table"), Path.Combine(_folder, "oracle.conf"));
        File.WriteAllText(_table, Table);
        File.Copy(Path.Combine(ExpansionCases.Folder, "oracle.conf"), _configuration);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public sealed record Answers(string Template, string Exim, string Ours)
    {
        public bool Agree => Exim == Ours || IntendedDifferences.ReasonFor(Template, Exim, Ours) is not null;
    }

    public List<Answers> Ask(IReadOnlyList<string> templates)
    {
        string[] lines = [.. templates.Select(template => template.Replace("FILE", _table, StringComparison.Ordinal))];
        var exim = Task.Run(() => AskExim(lines));
        string[] ours = [.. lines.Select(line => ExpansionFixture.Be(line))];
        return [.. templates.Select((template, i) => new Answers(template, exim.Result[i], ours[i]))];
    }

    /// <summary>Asks again in a process of its own: in Exim, $value of an item that failed outlives its line.</summary>
    public bool DisagreeOn(string template) => !Ask([template])[0].Agree;

    /// <summary>No answer for a template whose answer cannot be told from the rest, or that ended Exim: it is found by halving.</summary>
    string[] AskExim(ReadOnlySpan<string> lines)
    {
        var answers = ("\n" + Output(lines)).Split("\n> ");
        if (answers.Length == lines.Length + 2) return answers[1..^1];
        return lines.Length == 1 ? [NoAnswer] : [.. AskExim(lines[..(lines.Length / 2)]), .. AskExim(lines[(lines.Length / 2)..])];
    }

    /// <summary>From a file, so that an Exim which dies in the middle breaks no pipe of ours.</summary>
    string Output(ReadOnlySpan<string> lines)
    {
        var input = Path.Combine(_folder, "lines");
        File.WriteAllText(input, string.Join('\n', lines!) + "\n", Encoding.Latin1);
        using var exim = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec {Oracle.Program} -C {_configuration} -be < {input} 2> /dev/null"]) { RedirectStandardOutput = true, StandardOutputEncoding = Encoding.Latin1 })!;
        return exim.StandardOutput.ReadToEnd();
    }
}
