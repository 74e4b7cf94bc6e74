namespace ScriptMta.Smtp;

/// <summary>What a server offered in answer to EHLO; nothing after HELO. MaxSize is 0 where SIZE came without a number (RFC 1870).</summary>
sealed record PeerExtensions
{
    public static readonly PeerExtensions None = new();

    public bool Pipelining { get; init; }
    public bool EightBitMime { get; init; }
    public bool SmtpUtf8 { get; init; }
    public bool Size { get; init; }
    public long MaxSize { get; init; }
    public IReadOnlySet<string> Keywords { get; init; } = new HashSet<string>();

    public static PeerExtensions From(PeerReply ehlo)
    {
        var keywords = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        long limit = 0;
        foreach (var line in ehlo.Lines.Skip(1))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
            keywords.Add(words[0]);
            if (words.Length > 1 && words[0].Equals("SIZE", StringComparison.OrdinalIgnoreCase) && !long.TryParse(words[1], out limit)) limit = 0;
        }
        return new()
        {
            Keywords = keywords, Pipelining = keywords.Contains("PIPELINING"), EightBitMime = keywords.Contains("8BITMIME"), SmtpUtf8 = keywords.Contains("SMTPUTF8"),
            Size = keywords.Contains("SIZE"), MaxSize = limit,
        };
    }
}
