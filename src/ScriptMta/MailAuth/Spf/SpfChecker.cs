using ScriptMta.Dns;
using ScriptMta.Expansion;

namespace ScriptMta.MailAuth;

/// <summary>check_host() of RFC 7208: whether the domain lets the client send its mail. One instance a check.</summary>
sealed class SpfChecker
{
    /// <summary>RFC 7208 4.6.4: hosts of one MX set; more is an error.</summary>
    const int MostExchanges = 10;

    readonly SpfIdentity _identity;
    readonly SpfBudget _budget;
    readonly SpfNames _names;
    readonly string _receiver;
    readonly TimeProvider _clock;

    SpfChecker(SpfIdentity identity, Func<string, DnsType, DnsAnswer> dns, string receiver, TimeProvider clock)
    {
        (_identity, _receiver, _clock) = (identity, receiver, clock);
        _budget = new SpfBudget(dns, clock);
        _names = new SpfNames(identity.Client, _budget);
    }

    /// <param name="dns">Waits for its answer, for a bounded time.</param>
    /// <param name="receiver">This host's name, for explanations.</param>
    public static SpfOutcome Check(SpfIdentity identity, Func<string, DnsType, DnsAnswer> dns, string receiver, TimeProvider clock) =>
        new SpfChecker(identity, dns, receiver, clock).Host(identity.Domain, explains: true);

    SpfOutcome Host(string domain, bool explains)
    {
        if (!IsAskable(domain)) return new(SpfResult.None, $"\"{domain}\" is no domain that can be asked for");
        if (Record(domain, out var problem) is not { } record) return problem;
        foreach (var term in record.Terms)
        {
            var matches = Matches(term, domain);
            if (_budget.Stopped is { } stopped) return stopped;
            if (matches) return new(term.Qualifier, $"{domain}: {term.Text}", explains && term.Qualifier == SpfResult.Fail ? Explanation(record, domain) : null);
        }
        return Redirected(record, domain, explains);
    }

    SpfOutcome Redirected(SpfRecord record, string domain, bool explains)
    {
        if (record.Redirect is null) return new(SpfResult.Neutral, $"{domain}: nothing in its record fits");
        if (!_budget.Term("redirect=" + record.Redirect)) return _budget.Stopped!;
        var outcome = Host(Expanded(record.Redirect, domain), explains);
        return outcome.Result == SpfResult.None ? new(SpfResult.PermError, $"{domain}: redirect={record.Redirect} leads to no record") : outcome;
    }

    /// <summary>RFC 7208 4.3: a name with a dot, as the DNS takes it.</summary>
    static bool IsAskable(string domain) => domain.TrimEnd('.').Contains('.') && DnsName.TryEncode(domain, []);

    SpfRecord? Record(string domain, out SpfOutcome problem)
    {
        problem = new(SpfResult.None, $"{domain} has no SPF record");
        var answer = _budget.Try(domain, DnsType.TXT);
        if (_budget.Stopped is { } stopped) problem = stopped;
        if (answer is DnsAnswer.Again again) problem = new(SpfResult.TempError, again.Reason);
        if (answer is not DnsAnswer.Found found) return null;
        var texts = found.Of<TextRecord>().Select(r => r.Joined).Where(SpfRecord.IsSpf).ToList();
        if (texts.Count > 1) problem = new(SpfResult.PermError, $"{domain} has more than one SPF record");
        if (texts.Count != 1) return null;
        var record = SpfRecord.Parse(texts[0], out var wrong);
        if (record is null) problem = new(SpfResult.PermError, $"{domain}: \"{wrong}\" is no term of SPF");
        return record;
    }

    bool Matches(SpfTerm term, string domain)
    {
        if (term.Mechanism == SpfMechanism.All) return true;
        if (term.Network is { } network) return network.Contains(_identity.Client);
        if (!_budget.Term(term.Text)) return false;
        var target = term.Target.Length == 0 ? domain : Expanded(term.Target, domain);
        if (term.Mechanism == SpfMechanism.Include) return Includes(target, term);
        if (!DnsName.TryEncode(target, []) || target.Length == 0) return false;
        return term.Mechanism switch
        {
            SpfMechanism.A => HasAddress(target, term),
            SpfMechanism.Mx => HasExchange(target, term),
            SpfMechanism.Ptr => _names.Within(target) is not null,
            _ => _budget.Ask(target, DnsType.A) is DnsAnswer.Found,
        };
    }

    /// <summary>RFC 7208 5.2: the table of what an inner result means here.</summary>
    bool Includes(string target, SpfTerm term)
    {
        var inner = Host(target, explains: false);
        if (inner.Result == SpfResult.TempError) _budget.Stop(SpfResult.TempError, inner.Reason);
        if (inner.Result is SpfResult.PermError or SpfResult.None) _budget.Stop(SpfResult.PermError, $"{term.Text}: {inner.Reason}");
        return inner.Result == SpfResult.Pass;
    }

    bool HasAddress(string name, SpfTerm term)
    {
        var bits = _identity.IsIPv4 ? term.IPv4Bits : term.IPv6Bits;
        return _budget.Ask(name, _identity.IsIPv4 ? DnsType.A : DnsType.AAAA) is DnsAnswer.Found found
            && found.Of<AddressRecord>().Any(r => new IpNetwork(r.Address, bits).Contains(_identity.Client));
    }

    bool HasExchange(string name, SpfTerm term)
    {
        if (_budget.Ask(name, DnsType.MX) is not DnsAnswer.Found found) return false;
        var tried = 0;
        foreach (var exchange in found.Of<MxRecord>().Where(r => !r.IsNull).OrderBy(r => r.Preference))
        {
            if (++tried > MostExchanges) _budget.Stop(SpfResult.PermError, $"more than {MostExchanges} hosts, at \"{term.Text}\"");
            if (_budget.Stopped is not null) return false;
            if (HasAddress(exchange.Exchange, term)) return true;
        }
        return false;
    }

    /// <summary>RFC 7208 6.2: no explanation rather than a wrong one.</summary>
    string? Explanation(SpfRecord record, string domain)
    {
        if (record.Explanation is null) return null;
        var answer = _budget.Try(Expanded(record.Explanation, domain), DnsType.TXT);
        return answer is DnsAnswer.Found found && found.Of<TextRecord>().ToList() is [var text] && SpfMacro.IsText(text.Joined, explains: true)
            ? SpfMacro.Expand(text.Joined, letter => MacroValue(letter, domain), explains: true) : null;
    }

    string Expanded(string text, string domain) => text.Contains('%') ? SpfMacro.Expand(text, letter => MacroValue(letter, domain)) : text.TrimEnd('.');

    /// <summary>RFC 7208 7.2.</summary>
    string MacroValue(char letter, string domain) => letter switch
    {
        's' => _identity.Sender,
        'l' => _identity.LocalPart,
        'o' => _identity.Domain,
        'd' => domain,
        'i' => _identity.IsIPv4 ? _identity.Client.ToString() : string.Join('.', ReverseName.Digits(_identity.Client).Split('.').Reverse()),
        'p' => _names.Best(domain) ?? "unknown",
        'v' => _identity.IsIPv4 ? "in-addr" : "ip6",
        'h' => _identity.Helo,
        'c' => _identity.Client.ToString(),
        'r' => _receiver,
        _ => _clock.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
