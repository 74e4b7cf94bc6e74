using ScriptMta.Common;

namespace ScriptMta.Fuzz;

/// <summary>Runs inputs until it is ended: first the corpus, then changes of it. An input whose outcome was not seen before joins the corpus.</summary>
static class Worker
{
    const int MostKept = 20_000;

    public static int Run(FuzzTarget target, string inputFile, int seed)
    {
        using var current = new CurrentInput(inputFile);
        var corpus = target.Corpus();
        var mutator = new Mutator(new Random(seed), target.Words, corpus);
        var outcomes = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; ; i++)
        {
            var input = i < corpus.Count && outcomes.Count < MostKept && i < mutator.SeedCount ? corpus[i] : mutator.Next();
            current.Begin(input);
            try
            {
                if (outcomes.Add(target.Run(input)) && i >= mutator.SeedCount && corpus.Count < MostKept) corpus.Add(input);
            }
            catch (Exception error)
            {
                Console.Error.WriteLine(Latin1.ToUnicode($"{error}\ninput: {(input.Length > 500 ? input[..500] + "…" : input)}"));
                return 1;
            }
        }
    }
}
