using System.Text;

namespace ScriptMta.Expansion;

/// <summary>What a thread needs to match: room for the groups, and the bytes of the subject, which ${sg searches many times over. Matching never nests.</summary>
sealed class PcreSpace
{
    // A subject that once was large is not kept for the life of its thread.
    const int KeptBytes = 64 * 1024;

    [ThreadStatic] static PcreSpace? _ofThread;

    byte[] _bytes = new byte[256];
    string? _subject;

    PcreSpace()
    {
        MatchData = PcreNative.CreateMatchData(Pattern.MaxGroups, 0);
        if (MatchData == 0) throw new InsufficientMemoryException("pcre2_match_data_create");
    }

    ~PcreSpace() => PcreNative.FreeMatchData(MatchData);

    public static PcreSpace OfThread => _ofThread ??= new();

    public nint MatchData { get; }

    /// <summary>At least as long as the subject.</summary>
    public byte[] BytesOf(string subject)
    {
        if (ReferenceEquals(_subject, subject)) return _bytes;
        if (_bytes.Length < subject.Length) _bytes = new byte[subject.Length];
        Encoding.Latin1.GetBytes(subject, _bytes);
        _subject = subject;
        return _bytes;
    }

    /// <summary>The search is over.</summary>
    public void Forget()
    {
        _subject = null;
        if (_bytes.Length > KeptBytes) _bytes = new byte[256];
    }
}
