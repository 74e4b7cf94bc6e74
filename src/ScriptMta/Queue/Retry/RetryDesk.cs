using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>What clearing came to: the hints that are gone, and how many messages are tried now.</summary>
sealed record RetryClearing(IReadOnlyList<RetryEntry> Cleared, int Messages);

/// <summary>Retry hints for people: they can be read, asked for by address as exinext does, and cleared.</summary>
/// <param name="tryNow">Puts messages in line, whatever was known of their destinations.</param>
sealed class RetryDesk(ISpool spool, Func<QueueRules> rules, Action<IReadOnlyList<MessageId>> tryNow)
{
    public IReadOnlyList<RetryEntry> List(IReadOnlyList<string> patterns)
    {
        var all = rules().Retries.All();
        return patterns.Count == 0 ? all : [.. all.Where(e => patterns.Any(e.IsCalled))];
    }

    /// <summary>What delays an address, a domain, a local user or a host: also the hosts that the address is routed to. HasHosts is null where nothing was routed.</summary>
    public async ValueTask<(IReadOnlyList<RetryEntry> Entries, bool? HasHosts)> AboutAsync(string subject, CancellationToken cancel)
    {
        var current = rules();
        if (subject.AsSpan().IndexOfAny("*?:[ ") >= 0 || MessageId.TryParse(subject, out _)) return (List([subject]), null);
        var address = subject.Contains('@') ? MailAddress.Split(subject) : subject.Contains('.') ? new MailAddress("User", subject) : new MailAddress(subject, current.Environment.QualifyDomain);
        var context = new ExpansionContext { Environment = current.Environment };
        var routed = await current.Router.RouteAsync([new RoutedAddress { Address = address }], context, RoutingPurpose.AddressTest, new HashSet<string>(), cancel).ConfigureAwait(false);
        var hosts = routed.Outcomes.OfType<AddressOutcome.Deliver>().SelectMany(d => d.Delivery.Hosts).Select(h => h.Name).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var local = subject.Contains('@') || subject.Contains('.') ? subject : address.ToString();
        return ([.. current.Retries.All().Where(e => e.IsCalled(local) || (e.Record.Failure.Place.Length > 0 && hosts.Any(e.IsCalled)))], hosts.Count > 0);
    }

    /// <summary>Forgets the hints; messages that wait because of them are tried at once. Nothing happens in a dry run.</summary>
    public async ValueTask<RetryClearing> ClearAsync(IReadOnlyList<string> patterns, bool dryRun, CancellationToken cancel)
    {
        var cleared = List(patterns);
        if (!dryRun)
            foreach (var entry in cleared) rules().Retries.Forget(entry.Key);
        var messages = new List<MessageId>();
        foreach (var entry in spool.Entries())
            if (!entry.Frozen && await spool.ReadAsync(entry.Id, cancel).ConfigureAwait(false) is { } stored && Freed(stored, patterns, cleared) is { Count: > 0 } freed)
            {
                messages.Add(entry.Id);
                if (!dryRun) await FreeAsync(entry.Id, freed, cancel).ConfigureAwait(false);
            }
        if (!dryRun) tryNow(messages);
        return new(cleared, messages.Count);
    }

    static List<KeyValuePair<string, Deferral>> Freed(StoredMessage stored, IReadOnlyList<string> patterns, IReadOnlyList<RetryEntry> cleared)
    {
        var domains = cleared.Select(c => c.Record.Failure.Domain).Where(d => d.Length > 0).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. stored.State.Deferrals.Where(d => d.Value.Error != AttemptRecord.Pending && (patterns.Count == 0 || IsFreed(d, patterns, domains)))];
    }

    static bool IsFreed(KeyValuePair<string, Deferral> waiting, IReadOnlyList<string> patterns, HashSet<string> domains)
    {
        var address = DelayWarnings.AddressOf(waiting.Key);
        if (domains.Contains(address.Domain)) return true;
        string[] names = [address.ToString(), address.Domain, waiting.Value.Host, .. waiting.Value.Host.Split(' ').Select(h => h.Trim('[', ']'))];
        return patterns.Any(p => names.Any(n => n.Length > 0 && Common.WordPattern.Matches(p, n)));
    }

    async ValueTask FreeAsync(MessageId id, List<KeyValuePair<string, Deferral>> freed, CancellationToken cancel)
    {
        var now = rules().Environment.Clock.GetUtcNow();
        SpoolChange[] changes = [.. freed.Select(d => new SpoolChange.Deferred(d.Key, d.Value with { NextTry = now })), new SpoolChange.Attempted(now, now)];
        await spool.RecordAsync(id, changes, durable: true, cancel).ConfigureAwait(false);
    }
}
