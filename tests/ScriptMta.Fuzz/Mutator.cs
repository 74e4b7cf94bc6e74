namespace ScriptMta.Fuzz;

/// <summary>Changes inputs of the corpus: bytes, words of the grammar, pieces of other inputs, repetition, and now and then depth or length.</summary>
sealed class Mutator(Random random, string[] words, List<string> corpus)
{
    const int MostChanges = 6;
    const int Longest = 4000;
    const int Deep = 30_000;
    // One input in so many is a word thousands of times: it takes a thousand times as long as others.
    const int DeepOneIn = 2000;

    public int SeedCount { get; } = corpus.Count;

    public string Next()
    {
        if (random.Next(DeepOneIn) == 0) return Repeated();
        var text = corpus[random.Next(corpus.Count)];
        for (var left = random.Next(1, MostChanges); left > 0; left--) text = Changed(text);
        return text.Length > Longest ? text[..Longest] : text;
    }

    string Repeated()
    {
        var word = words[random.Next(words.Length)] + (random.Next(2) == 0 ? "" : words[random.Next(words.Length)]);
        return string.Concat(Enumerable.Repeat(word, random.Next(1, Math.Min(Deep, CurrentInput.Longest / Math.Max(word.Length, 1)))));
    }

    string Changed(string text)
    {
        var at = random.Next(text.Length + 1);
        var length = Math.Min(random.Next(1, 20), text.Length - at);
        return random.Next(8) switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, ((char)random.Next(256)).ToString()),
            2 or 3 => text.Insert(at, words[random.Next(words.Length)]),
            4 => text[..at] + words[random.Next(words.Length)] + text[(at + length)..],
            5 => text.Insert(at, text.Substring(at, length)),
            6 => text[..at] + PieceOfAnother(),
            _ => at == text.Length ? text : text[..at] + (char)(text[at] ^ 1 << random.Next(8)) + text[(at + 1)..],
        };
    }

    string PieceOfAnother()
    {
        var other = corpus[random.Next(corpus.Count)];
        return other[random.Next(other.Length + 1)..];
    }
}
