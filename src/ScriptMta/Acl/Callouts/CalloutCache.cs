using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Acl;

/// <summary>
/// What earlier callouts found out (Exim 44.48), for one address to be asked from one sender. A record of a domain counts for its positive time, or the negative one
/// when it says that callouts or the postmaster failed; each of its checks has a time of its own. Ages are in whole seconds, and one as old as its limit still counts.
/// </summary>
sealed class CalloutCache
{
    readonly HintStore _store;
    readonly CalloutSettings _settings;
    readonly TimeProvider _clock;
    readonly string _addressKey, _domainKey;

    /// <param name="from">The sender of the MAIL command, if it makes a difference: results from different senders are kept apart.</param>
    public CalloutCache(HintStore store, CalloutSettings settings, TimeProvider clock, MailAddress address, string from)
    {
        (_store, _settings, _clock) = (store, settings, clock);
        var domain = address.Domain.LowerAscii();
        _domainKey = "domain " + domain;
        _addressKey = $"address {address.LocalPart}@{domain}{(from.Length == 0 ? "" : $"/<{from}>")}";
        Domain = FreshDomain();
    }

    /// <summary>What was known when this callout began.</summary>
    public CalloutDomainRecord Domain { get; }

    public CalloutMemory Address
    {
        get
        {
            if (CalloutAddressRecord.Decode(_store.Get(HintTable.Callout, _addressKey)) is not { } record) return CalloutMemory.Unknown;
            return Old(record.At, record.Result == CalloutMemory.Accept ? _settings.PositiveExpire : _settings.NegativeExpire) ? CalloutMemory.Unknown : record.Result;
        }
    }

    public void Note(CalloutMemory address)
    {
        var keep = address == CalloutMemory.Accept ? _settings.PositiveExpire : _settings.NegativeExpire;
        _store.Set(HintTable.Callout, _addressKey, new CalloutAddressRecord(address, Now).Encode(), Expiry(keep));
    }

    /// <summary>Unknown leaves what was known before.</summary>
    public void NoteDomain(CalloutMemory result, CalloutMemory postmaster, CalloutMemory random)
    {
        var record = new CalloutDomainRecord(result, Now, Domain.Postmaster, Domain.PostmasterAt, Domain.Random, Domain.RandomAt);
        if (postmaster != CalloutMemory.Unknown) record = record with { Postmaster = postmaster, PostmasterAt = Now };
        if (random != CalloutMemory.Unknown) record = record with { Random = random, RandomAt = Now };
        _store.Set(HintTable.Callout, _domainKey, record.Encode(), Expiry(Limit(record)));
    }

    CalloutDomainRecord FreshDomain()
    {
        if (CalloutDomainRecord.Decode(_store.Get(HintTable.Callout, _domainKey)) is not { } record || Old(record.At, Limit(record))) return default;
        if (Old(record.PostmasterAt, _settings.DomainPositiveExpire)) record = record with { Postmaster = CalloutMemory.Unknown };
        return Old(record.RandomAt, _settings.DomainPositiveExpire) ? record with { Random = CalloutMemory.Unknown } : record;
    }

    TimeSpan Limit(CalloutDomainRecord record) =>
        record.Result != CalloutMemory.Accept || record.Postmaster == CalloutMemory.Reject ? _settings.DomainNegativeExpire : _settings.DomainPositiveExpire;

    DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(_clock.GetUtcNow().ToUnixTimeSeconds());
    bool Old(DateTimeOffset at, TimeSpan limit) => Now - at > limit;

    /// <summary>The store may drop it a second after it has stopped to count.</summary>
    DateTimeOffset Expiry(TimeSpan keep) => Now + keep + TimeSpan.FromSeconds(2);
}
