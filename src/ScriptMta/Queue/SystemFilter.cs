using System.Collections.Immutable;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Queue;

/// <summary>What routing starts with: addresses and headers, as the system filter (Exim chapter 47) left them.</summary>
sealed record FilteredMessage(IReadOnlyList<RoutedAddress> Addresses, HeaderSection Headers);

static class SystemFilter
{
    public static ValueTask<FilteredMessage> RunAsync(AttemptRecord record, QueueRules rules, ExpansionContext context, CancellationToken cancel) =>
        ValueTask.FromResult(new FilteredMessage([.. record.ToRoute()], record.Stored.Headers));
}
