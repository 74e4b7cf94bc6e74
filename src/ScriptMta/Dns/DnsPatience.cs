namespace ScriptMta.Dns;

/// <summary>dns_retrans and dns_retry for one question: how long one server may think, and how often the list of servers is gone through. Null = as configured.</summary>
readonly record struct DnsPatience(TimeSpan? TryTimeout = null, int? Tries = null)
{
    // resolv.conf(5) caps both so that one question cannot hold its asker for minutes.
    static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(30);
    const int MostTries = 5;

    public ResolverOptions Over(ResolverOptions options) => options with
    {
        TryTimeout = TryTimeout is { } time ? time < LongestTry ? time : LongestTry : options.TryTimeout,
        Tries = Tries is { } tries ? Math.Clamp(tries, 1, MostTries) : options.Tries,
    };
}
