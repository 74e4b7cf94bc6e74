using System.Collections.Concurrent;
using System.Collections.Immutable;
using ScriptMta.Common;

namespace ScriptMta.Dns;

/// <summary>
/// The stub resolver: asks the configured servers in turn, follows CNAMEs, caches. Equal questions that are asked at the same time share one
/// exchange. Thread-safe.
/// </summary>
sealed class Resolver(ResolverOptions options, TimeProvider clock) : IDnsResolver
{
    /// <summary>Aliases followed for one question; RFC 1034 5.2.2 asks for some limit, and real chains have two or three.</summary>
    public const int MaxAliases = 10;

    readonly DnsCache _cache = new(options.CacheSize, clock);
    readonly ConcurrentDictionary<(string, DnsType, DnsPatience), Task<DnsAnswer>> _running = new();

    /// <summary>Forgets what it knows: a reload, or an administrator who mended a zone.</summary>
    public void Clear() => _cache.Clear();

    public ValueTask<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancel) => QueryAsync(name, type, default, cancel);

    public async ValueTask<DnsAnswer> QueryAsync(string name, DnsType type, DnsPatience patience, CancellationToken cancel)
    {
        var asked = name.EndsWith('.') ? name[..^1] : name;
        if (!IsAskable(asked, type)) return new DnsAnswer.NoSuchName();
        if (_cache.Find(asked, type) is { } known) return known;
        // The shared work is not anybody's to cancel; its own time-outs bound it.
        var key = (asked.LowerAscii(), type, patience);
        var own = new TaskCompletionSource<DnsAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = _running.GetOrAdd(key, own.Task);
        // Only who put it into the table starts it: work that began earlier could end, and leave the table, before it was in there.
        if (work == own.Task) _ = RunAsync(key, own);
        return await work.WaitAsync(cancel).ConfigureAwait(false);
    }

    static bool IsAskable(string name, DnsType type) =>
        DnsName.TryEncode(name, []) && (type is DnsType.TXT or DnsType.PTR or DnsType.SPF || DnsName.LooksLikeHost(name) || (name.Length == 0 && type == DnsType.NS));

    async Task RunAsync((string Name, DnsType Type, DnsPatience Patience) key, TaskCompletionSource<DnsAnswer> result)
    {
        try
        {
            var (answer, timeToLive) = await FollowAsync(key.Name, key.Type, key.Patience.Over(options)).ConfigureAwait(false);
            _cache.Add(key.Name, key.Type, answer, timeToLive);
            _running.TryRemove(key, out _);
            result.SetResult(answer);
        }
#pragma warning disable CA1031 // Whatever it is, those who wait for the answer get it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _running.TryRemove(key, out _);
            result.SetException(error);
        }
    }

    readonly record struct Outcome(DnsAnswer Answer, TimeSpan TimeToLive);

    async ValueTask<Outcome> FollowAsync(string name, DnsType type, ResolverOptions options)
    {
        var timeToLive = DnsCache.MaxTimeToLive;
        var aliases = 0;
        var authentic = true; // each answer on the way counts
        while (true)
        {
            var (message, reason) = await AskServersAsync(name, type, options).ConfigureAwait(false);
            authentic &= message?.IsAuthenticated ?? false;
            if (message is null) return new(new DnsAnswer.Again($"DNS lookup of {name} ({type}): {reason}"), TimeSpan.Zero);
            var followed = aliases;
            while (type != DnsType.CNAME && Alias(message, name) is { } alias && Own(message, name, type).IsEmpty)
            {
                if (++aliases > MaxAliases) return new(new DnsAnswer.Again($"DNS lookup of {name} ({type}): more than {MaxAliases} CNAMEs"), TimeSpan.Zero);
                name = alias.Target;
                timeToLive = Shorter(timeToLive, alias.TimeToLive);
            }
            var records = Own(message, name, type);
            if (!records.IsEmpty)
                return new(new DnsAnswer.Found(records, name, authentic), Shorter(timeToLive, records.Min(r => r.TimeToLive)));
            // An alias whose target the server did not look up: ask for it, unless the response code already speaks for it.
            if (message.ResponseCode == DnsResponseCode.NameError || aliases == followed) return Negative(message, timeToLive, authentic);
        }
    }

    static Outcome Negative(DnsMessage message, TimeSpan timeToLive, bool authentic)
    {
        // RFC 2308 5: without an SOA record a "no" must not be cached.
        var soa = message.Authority.OfType<SoaRecord>().FirstOrDefault();
        var kept = soa is null ? TimeSpan.Zero : Shorter(timeToLive, Math.Min(soa.TimeToLive, soa.Minimum));
        return new(message.ResponseCode == DnsResponseCode.NameError
            ? new DnsAnswer.NoSuchName(authentic) : new DnsAnswer.NoData(authentic), kept);
    }

    static TimeSpan Shorter(TimeSpan time, uint seconds) => TimeSpan.FromSeconds(Math.Min(time.TotalSeconds, seconds));

    static NameRecord? Alias(DnsMessage message, string name) =>
        message.Answers.OfType<NameRecord>().FirstOrDefault(r => r.Type == DnsType.CNAME && DnsName.AreSame(r.Name, name));

    static ImmutableArray<DnsResourceRecord> Own(DnsMessage message, string name, DnsType type) =>
        [.. message.Answers.Where(r => (r.Type == type || type == DnsType.ANY) && DnsName.AreSame(r.Name, name))];

    /// <summary>The first useful reply, or why there was none.</summary>
    async ValueTask<(DnsMessage? Message, string Reason)> AskServersAsync(string name, DnsType type, ResolverOptions options)
    {
        var exchange = new DnsExchange(options, clock);
        if (!DnsName.TryEncode(name, [])) return (null, "an alias leads to a name that cannot be asked for");
        var reason = "no server";
        for (var round = 0; round < options.Tries; round++)
            foreach (var server in options.Servers)
            {
                var result = await exchange.AskAsync(server, name, type, options.UseEdns, CancellationToken.None).ConfigureAwait(false);
                // RFC 6891 7: a server that does not know EDNS says FORMERR (or worse); ask it the old way.
                if (options.UseEdns && result is ExchangeResult.Replied { Message.ResponseCode: DnsResponseCode.FormatError or DnsResponseCode.NotImplemented })
                    result = await exchange.AskAsync(server, name, type, withEdns: false, CancellationToken.None).ConfigureAwait(false);
                if (result is ExchangeResult.Replied { Message: { ResponseCode: DnsResponseCode.NoError or DnsResponseCode.NameError } message }) return (message with { IsAuthenticated = options.Believes(server, message) }, "");
                reason = result is ExchangeResult.Failed failed ? failed.Reason : $"{server}: {((ExchangeResult.Replied)result).Message.ResponseCode}";
            }
        return (null, reason);
    }
}
