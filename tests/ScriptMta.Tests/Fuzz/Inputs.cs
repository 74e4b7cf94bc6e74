using System.Diagnostics;
using System.Text;

namespace ScriptMta.Tests.Fuzz;

/// <summary>
/// Inputs that nobody wrote: random bytes, random words of a grammar, one word thousands of times (depth). Each target runs two seconds, or FUZZ_SECONDS.
/// The seed is fixed, or FUZZ_SEED.
/// </summary>
static class Inputs
{
    /// <summary>No parser may take this long for one input of at most <see cref="Deep"/> words.</summary>
    static readonly TimeSpan Hang = TimeSpan.FromSeconds(5);

    const int Deep = 20_000;

    static double Seconds => double.TryParse(Environment.GetEnvironmentVariable("FUZZ_SECONDS"), out var seconds) ? seconds : 2;
    static int Seed => int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), out var seed) ? seed : 20261121;

    /// <summary>Any exception is a failure, with the input that made it.</summary>
    public static void Try(string words, Action<string> target)
    {
        var vocabulary = words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => w.Replace("_", " ", StringComparison.Ordinal).Replace("~", "\n", StringComparison.Ordinal)).ToArray();
        var random = new Random(Seed);
        foreach (var word in vocabulary) One(new StringBuilder().Insert(0, word, Deep).ToString(), target);
        for (var i = 0; i < vocabulary.Length * 2; i++)
        {
            var pair = vocabulary[random.Next(vocabulary.Length)] + vocabulary[random.Next(vocabulary.Length)];
            One(new StringBuilder().Insert(0, pair, Deep / 2).ToString(), target);
        }
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < Seconds) One(Make(vocabulary, random), target);
    }

    static string Make(string[] vocabulary, Random random)
    {
        var text = new StringBuilder();
        for (var left = random.Next(1, 60); left > 0; left--)
            if (random.Next(6) == 0) text.Append((char)random.Next(256));
            else text.Append(vocabulary[random.Next(vocabulary.Length)]);
        return text.ToString();
    }

    static void One(string input, Action<string> target)
    {
        var clock = Stopwatch.StartNew();
        try { target(input); }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException) { Assert.Fail($"{error.GetType().Name}: {error.Message}\ninput ({input.Length}): {Shown(input)}\n{error.StackTrace}"); }
        Assert.True(clock.Elapsed < Hang, $"took {clock.Elapsed.TotalSeconds:F1} s for input ({input.Length}): {Shown(input)}");
    }

    static string Shown(string input) => string.Concat(input.Take(300).Select(c => c is < ' ' or > '~' ? $"\\x{(int)c:x2}" : c.ToString()));
}
