using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>Keeps back what hold_domains and its like, -odqs and control = queue/first_pass_route say; the rest goes on.</summary>
/// <param name="isRun">The attempt belongs to a queue run, or to a retry time, which stands for one.</param>
sealed class HoldCheck(AttemptRecord record, QueueRules rules, bool forced, bool isRun)
{
    readonly bool _firstPass = !isRun && !forced && record.Stored.Envelope.Facts.ContainsKey(Reception.EnvelopeFacts.FirstPass);
    ExpansionContext? _context;

    ExpansionContext Context => _context ??= record.Context();
    bool IsNeeded => !forced && rules.Options.Holds != HoldRules.None;

    public async ValueTask<List<RoutedAddress>> AddressesAsync(List<RoutedAddress> addresses, CancellationToken cancel)
    {
        if (!IsNeeded) return addresses;
        var left = new List<RoutedAddress>();
        foreach (var address in addresses)
            if (!await IsHeldAsync(address, cancel).ConfigureAwait(false)) left.Add(address);
        return left;
    }

    public async ValueTask<List<PlannedDelivery>> DeliveriesAsync(List<PlannedDelivery> plans, CancellationToken cancel)
    {
        if (!IsNeeded && !_firstPass) return plans;
        var left = new List<PlannedDelivery>();
        foreach (var plan in plans)
        {
            if (IsNeeded && plan.Address is { Parent: not null, Kind: TargetKind.Address } child && await IsHeldAsync(child, cancel).ConfigureAwait(false)) continue;
            if (!rules.Transports[plan.Transport].Options.IsLocal && (_firstPass || IsNeeded && rules.Options.Holds.KeepsRemote(plan.Address.Address.Domain, Context, isRun)))
                await record.KeepBackAsync(plan.Address, AttemptRecord.Held, "remote delivery waits for a queue run", record.Now, null, cancel).ConfigureAwait(false);
            else left.Add(plan);
        }
        return left;
    }

    async ValueTask<bool> IsHeldAsync(RoutedAddress address, CancellationToken cancel)
    {
        if (rules.Options.Holds.Of(address.Address.Domain, Context, isRun) is not { } hold) return false;
        var line = QueueLog.Deferred(new(address, null, null, AttemptRecord.Held, hold.Text, "", hold.Errno, address.ErrorsTo), rules.Environment.Log.Options);
        await record.KeepBackAsync(address, AttemptRecord.Held, hold.Text, record.Now, line, cancel).ConfigureAwait(false);
        return true;
    }
}
