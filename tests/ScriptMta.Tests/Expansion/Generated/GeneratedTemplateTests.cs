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
    const int Mistaken = 20_000;
    // The shortest of the differing templates are shown; taking parts out of them would make them wrong in other ways.
    const int Reported = 40;
    // Far more than all of them take; a machine that does not get through fails.
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    static ulong Seed => ulong.Parse(Environment.GetEnvironmentVariable("GENERATED_SEED") ?? "20261125", CultureInfo.InvariantCulture);

    [Fact]
    public void Every_generated_template_comes_to_what_Exim_makes_of_it()
    {
        var texts = Compare(TemplateGenerator.Sample, Count);
        Assert.True(texts > Count / 2, $"only {texts} of {Count} templates come to a text: the shapes are no good");
    }

    [Fact]
    public void Every_generated_wrong_value_is_told_as_Exim_tells_it()
    {
        var texts = Compare((seed, count) => TemplateGenerator.SampleWithValue(seed, count).Select(sample => sample.Template), Mistaken);
        Assert.True(texts < Mistaken / 2, $"{texts} of {Mistaken} templates come to a text: the mistakes are no good");
    }

    /// <summary>At load, so wherever it stands: Exim tells it only where it gets there, and may meet another failure first.</summary>
    [Fact]
    public void Every_generated_syntax_error_is_told_as_it_is_told_alone_or_as_Exim_tells_it()
    {
        using var exims = new TwoExims();
        var samples = TemplateGenerator.SampleWithGrammar(Seed, Mistaken).ToList();
        var wrong = exims.Ask([.. samples.Select(sample => sample.Template)]).Zip(samples)
            .Where(pair => !pair.First.Agree && !pair.First.Ours.StartsWith(FirstLine(ExpansionFixture.Be(pair.Second.Mistake)), StringComparison.Ordinal)).Select(pair => pair.First);
        Report([.. wrong], Mistaken);
    }

    static string FirstLine(string text) => text.Split('\n')[0];

    /// <summary>How many came to a text; fails where the answers differ.</summary>
    static int Compare(Func<ulong, int, IEnumerable<string>> sample, int count)
    {
        using var exims = new TwoExims();
        var clock = Stopwatch.StartNew();
        var (asked, texts, wrong) = (0, 0, new List<TwoExims.Answers>());
        for (var batch = 0; asked < count && clock.Elapsed < Limit; batch++)
        {
            var templates = sample(Seed + (ulong)batch, Batch).ToList();
            var answered = exims.Ask(templates);
            texts += answered.Count(answers => !answers.Exim.StartsWith("Failed", StringComparison.Ordinal));
            wrong.AddRange(answered.Where(answers => !answers.Agree && exims.DisagreeOn(answers.Template)));
            asked += templates.Count;
        }
        Report(wrong, asked);
        Assert.Equal(count, asked);
        return texts;
    }

    static void Report(List<TwoExims.Answers> wrong, int asked)
    {
        var report = wrong.OrderBy(answers => answers.Template.Length).DistinctBy(Kind).Take(Reported).Select(Shown);
        if (string.Concat(report) is { Length: > 0 } text) Assert.Fail($"{wrong.Count} of {asked} templates differ (GENERATED_SEED={Seed}):{text}");
    }

    /// <summary>One template of each pair of answers is enough to look at.</summary>
    static (string, string, string) Kind(TwoExims.Answers answers) => (Words(answers.Exim), Words(answers.Ours), string.Concat(answers.Template.SkipWhile(c => c != '{').Skip(1).TakeWhile(char.IsAsciiLetterOrDigit)));

    static string Words(string answer) => answer.StartsWith("Failed: ", StringComparison.Ordinal) ? string.Concat(answer.TakeWhile(c => c is not '"' and not '\'').Take(60)) : "text";

    static string Shown(TwoExims.Answers answers) => Latin1.ToUnicode($"\n  {answers.Template}\n    Exim {answers.Exim}\n    ours {answers.Ours}");
}
