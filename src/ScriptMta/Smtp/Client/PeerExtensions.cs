using System.Globalization;
using ScriptMta.Common;

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
    /// <summary>RFC 3030.</summary>
    public bool Chunking { get; init; }
    /// <summary>RFC 3461.</summary>
    public bool Dsn { get; init; }
    public bool Prdr { get; init; }
    /// <summary>RFC 8689.</summary>
    public bool RequireTls { get; init; }
    /// <summary>LMTP: Cyrus's parameter of RCPT.</summary>
    public bool IgnoreQuota { get; init; }
    public PeerLimits Limits { get; init; } = PeerLimits.None;
    /// <summary>AUTH, as the server writes them.</summary>
    public IReadOnlyList<string> Mechanisms { get; init; } = [];
    public IReadOnlySet<string> Keywords { get; init; } = new HashSet<string>();

    public static PeerExtensions From(PeerReply ehlo)
    {
        var keywords = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var (limit, limits) = (0L, PeerLimits.None);
        string[] mechanisms = [];
        foreach (var line in ehlo.Lines.Skip(1))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
            keywords.Add(words[0]);
            if (words.Length > 1 && words[0].Equals("SIZE", StringComparison.OrdinalIgnoreCase) && !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out limit)) limit = 0;
            if (words[0].Equals("LIMITS", StringComparison.OrdinalIgnoreCase)) limits = PeerLimits.From(words[1..]);
            if (mechanisms.Length == 0 && words[0].Equals("AUTH", StringComparison.OrdinalIgnoreCase)) mechanisms = words[1..];
        }
        return new()
        {
            Keywords = keywords, Pipelining = keywords.Contains("PIPELINING"), EightBitMime = keywords.Contains("8BITMIME"), SmtpUtf8 = keywords.Contains("SMTPUTF8"),
            Size = keywords.Contains("SIZE"), MaxSize = limit, Chunking = keywords.Contains("CHUNKING"), Dsn = keywords.Contains("DSN"), Prdr = keywords.Contains("PRDR"),
            RequireTls = keywords.Contains("REQUIRETLS"), IgnoreQuota = keywords.Contains("IGNOREQUOTA"), Limits = limits, Mechanisms = mechanisms,
        };
    }
}

/// <summary>RFC 9422: transactions in a session, recipients and recipient domains in a transaction. int.MaxValue = not limited; what is no positive number is not believed.</summary>
readonly record struct PeerLimits(int MailMax, int RcptMax, int RcptDomainMax)
{
    public static readonly PeerLimits None = new(int.MaxValue, int.MaxValue, int.MaxValue);

    public static PeerLimits From(IEnumerable<string> words)
    {
        var limits = None;
        foreach (var word in words)
        {
            var sign = word.IndexOf('=');
            if (sign < 0 || !int.TryParse(word.AsSpan(sign + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var most) || most < 1) continue;
            limits = AsciiCase.Upper(word[..sign]) switch
            {
                "MAILMAX" => limits with { MailMax = most },
                "RCPTMAX" => limits with { RcptMax = most },
                "RCPTDOMAINMAX" => limits with { RcptDomainMax = most },
                _ => limits,
            };
        }
        return limits;
    }
}
