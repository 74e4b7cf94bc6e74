using System.Security.Cryptography;
using System.Text;

namespace ScriptMta.Expansion;

/// <summary>Digests of short texts. OpenSSL's context of each algorithm is kept by thread: to make one costs as much as the digest itself.</summary>
static class Digest
{
    const int Largest = 64;
    const int Chunk = 1024;

    [ThreadStatic] static Dictionary<HashAlgorithmName, IncrementalHash>? _ofThread;

    public static ExpandedKind Append(Evaluation evaluation, ReadOnlySpan<char> text, HashAlgorithmName algorithm, bool lowerCase = false)
    {
        var hash = Ready(algorithm);
        Span<byte> bytes = stackalloc byte[Chunk];
        for (; text.Length > Chunk; text = text[Chunk..]) hash.AppendData(bytes[..Encoding.Latin1.GetBytes(text[..Chunk], bytes)]);
        hash.AppendData(bytes[..Encoding.Latin1.GetBytes(text, bytes)]);
        var digest = bytes[..hash.GetHashAndReset(bytes[..Largest])];
        Span<char> hex = stackalloc char[Largest * 2];
        var length = 0;
        _ = lowerCase ? Convert.TryToHexStringLower(digest, hex, out length) : Convert.TryToHexString(digest, hex, out length);
        return evaluation.Append(hex[..length]);
    }

    static IncrementalHash Ready(HashAlgorithmName algorithm)
    {
        var ready = _ofThread ??= [];
        if (!ready.TryGetValue(algorithm, out var hash)) ready[algorithm] = hash = IncrementalHash.CreateHash(algorithm);
        return hash;
    }
}
