using System.Diagnostics;
using System.Globalization;
using ScriptMta.Common;

namespace ScriptMta.Tests.Expansion.Generated;

/// <summary>Runs after the others: it keeps both processors busy, and some of them measure time.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>Debian's Exim and ours expand 100,000 templates that FsCheck makes from the grammar, right and wrong ones, to the same text or the same error.</summary>
[Collection(nameof(Alone))]
public sealed class GeneratedTemplateTests
{
    const int Batch = 10_000;
    // The whole test; a machine busy with other things asks fewer, but never fewer than half.
    static TimeSpan Limit => TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("GENERATED_SECONDS") ?? "60", CultureInfo.InvariantCulture));

    static int Count => int.Parse(Environment.GetEnvironmentVariable("GENERATED_COUNT") ?? "100000", CultureInfo.InvariantCulture);
    static int Reported => int.Parse(Environment.GetEnvironmentVariable("GENERATED_REPORTED") ?? "15", CultureInfo.InvariantCulture);
    static ulong Seed => ulong.Parse(Environment.GetEnvironmentVariable("GENERATED_SEED") ?? "20261125", CultureInfo.InvariantCulture);

    [Fact]
    public void Every_generated_template_comes_to_what_Exim_makes_of_it()
    {
        using var exims = new TwoExims();
        var clock = Stopwatch.StartNew();
        var (asked, wrong) = (0, new List<TwoExims.Answers>());
        for (var batch = 0; asked < Count && (clock.Elapsed < Limit || asked < Count / 2); batch++)
        {
            var templates = TemplateGenerator.Sample(Seed + (ulong)batch, Batch).ToList();
            wrong.AddRange(exims.Ask(templates).Where(answers => !answers.Agree && exims.DisagreeOn(answers.Template)));
            asked += templates.Count;
        }
        var report = wrong.DistinctBy(Kind).Take(Reported).Select(exims.Shrink).Select(Shown);
        if (string.Concat(report) is { Length: > 0 } text) Assert.Fail($"{wrong.Count} of {asked} templates differ (GENERATED_SEED={Seed}):{text}");
        Assert.True(asked >= Count / 2);
    }

    /// <summary>One template of each pair of answers is enough to look at.</summary>
    static (string, string, string) Kind(TwoExims.Answers answers) => (Words(answers.Exim), Words(answers.Ours), string.Concat(answers.Template.SkipWhile(c => c != '{').Skip(1).TakeWhile(char.IsAsciiLetterOrDigit)));

    static string Words(string answer) => answer.StartsWith("Failed: ", StringComparison.Ordinal) ? string.Concat(answer.TakeWhile(c => c is not '"' and not '\'').Take(60)) : "text";

    static string Shown(TwoExims.Answers answers) => Latin1.ToUnicode($"\n  {answers.Template}\n    Exim {answers.Exim}\n    ours {answers.Ours}");
}
