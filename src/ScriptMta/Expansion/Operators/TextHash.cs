namespace ScriptMta.Expansion;

/// <summary>Exim's two old hashes (chapter 11.5, hash and nhash). Their values are the same as Exim's for ever: directories are named by them.</summary>
static class TextHash
{
    // "t" before "s" is Exim's, and names directories by now.
    const string Alphabet = "abcdefghijklmnopqrtsuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const int DefaultAlphabet = 26;

    // One a character, from the largest down, then round again.
    static readonly uint[] Primes = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113];

    /// <param name="alphabet">How many of the letters to use; -1 = 26.</param>
    public static ExpandedKind Letters(Evaluation evaluation, Value value, int length, int alphabet)
    {
        if (alphabet < 0) alphabet = DefaultAlphabet;
        if (alphabet > Alphabet.Length) return evaluation.Fail($"hash count \"{alphabet}\" too big");
        var text = value.Text;
        if (length == 0 || length >= text.Length || alphabet == 0) return evaluation.Append(text.AsSpan(0, Math.Min(length, text.Length)), value.Taint);
        var hash = text.AsSpan(0, length).ToArray();
        for (int from = length, to = 0; from < text.Length; from++)
        {
            var c = (byte)text[from];
            var shift = (c + from) & 7;
            hash[to] = (char)(byte)(hash[to] ^ ((c << shift) | (c >> (8 - shift))));
            to = (to + 1) % length;
        }
        for (var i = 0; i < length; i++) hash[i] = Alphabet[hash[i] % alphabet];
        return evaluation.Append(hash, value.Taint);
    }

    /// <param name="second">-1: one number; else two with a slash, the first below <paramref name="first"/>, the second below this.</param>
    public static ExpandedKind Numbers(Evaluation evaluation, Value value, int first, int second)
    {
        if (first == 0 || second == 0) return evaluation.Fail("nhash needs numbers greater than zero");
        uint total = 0;
        var prime = -1;
        foreach (var c in value.Text)
        {
            if (prime < 0) prime = Primes.Length - 1;
            total += Primes[prime--] * (byte)c;
        }
        if (second < 0) return evaluation.Append(total % (uint)first);
        total %= (uint)first * (uint)second;
        evaluation.Append(total / (uint)second);
        evaluation.Append('/');
        return evaluation.Append(total % (uint)second);
    }
}
