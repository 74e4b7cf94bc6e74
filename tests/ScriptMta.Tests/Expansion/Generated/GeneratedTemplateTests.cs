using System.Diagnostics;
using System.Globalization;
using ScriptMta.Common;

namespace ScriptMta.Tests.Expansion.Generated;

/// <summary>Runs after the others: it keeps both processors busy, and some of them measure time.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>Debian's Exim and ours expand 100,000 templates that FsCheck makes from the grammar, to the same text or the same error.</summary>
[Collection(nameof(Alone))]
public sealed class GeneratedTemplateTests
{
    const int Batch = 10_000;
    const int Count = 100_000;
    // The shortest of the differing templates are shown; taking parts out of them would make them wrong in other ways.
    const int Reported = 40;
    // Far more than all of them take; a machine that does not get through fails.
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    static ulong Seed => ulong.Parse(Environment.GetEnvironmentVariable("GENERATED_SEED") ?? "20261125", CultureInfo.InvariantCulture);

    [Fact]
    public void Every_generated_template_comes_to_what_Exim_makes_of_it()
    {
        using var exims = new TwoExims();
        var clock = Stopwatch.StartNew();
        var (asked, texts, wrong) = (0, 0, new List<TwoExims.Answers>());
        for (var batch = 0; asked < Count && clock.Elapsed < Limit; batch++)
        {
            var templates = TemplateGenerator.Sample(Seed + (ulong)batch, Batch).ToList();
            var answered = exims.Ask(templates);
            texts += answered.Count(answers => !answers.Exim.StartsWith("Failed", StringComparison.Ordinal));
            wrong.AddRange(answered.Where(answers => !answers.Agree && exims.DisagreeOn(answers.Template)));
            asked += templates.Count;
        }
        var report = wrong.OrderBy(answers => answers.Template.Length).DistinctBy(Kind).Take(Reported).Select(Shown);
        if (string.Concat(report) is { Length: > 0 } text) Assert.Fail($"{wrong.Count} of {asked} templates differ (GENERATED_SEED={Seed}):{text}");
        Assert.Equal(Count, asked);
        Assert.True(texts > Count / 2, $"only {texts} of {asked} templates come to a text: the shapes are no good");
    }

    /// <summary>One template of each pair of answers is enough to look at.</summary>
    static (string, string, string) Kind(TwoExims.Answers answers) => (Words(answers.Exim), Words(answers.Ours), string.Concat(answers.Template.SkipWhile(c => c != '{').Skip(1).TakeWhile(char.IsAsciiLetterOrDigit)));

    static string Words(string answer) => answer.StartsWith("Failed: ", StringComparison.Ordinal) ? string.Concat(answer.TakeWhile(c => c is not '"' and not '\'').Take(60)) : "text";

    static string Shown(TwoExims.Answers answers) => Latin1.ToUnicode($"\n  {answers.Template}\n    Exim {answers.Exim}\n    ours {answers.Ours}");
}
