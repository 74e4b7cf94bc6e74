using System.Collections.Frozen;
using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>Why an address is being routed; the verify options of routers depend on it.</summary>
enum RoutingPurpose { Delivery, VerifyRecipient, VerifySender, AddressTest, Expn }

/// <summary>
/// Runs addresses through the configured routers (Exim chapter 3): preconditions, driver, unseen copies, children, duplicates, loops. Immutable;
/// one per loaded configuration. Nothing outside is changed.
/// </summary>
sealed class AddressRouter(ImmutableArray<IRouter> routers, RoutingDependencies dependencies)
{
    static readonly IReadOnlySet<string> NothingDone = FrozenSet<string>.Empty;

    readonly FrozenDictionary<string, int> _places = routers.Select((router, place) => (router.Options.Name, place)).ToFrozenDictionary(r => r.Name, r => r.place, StringComparer.Ordinal);

    public ImmutableArray<IRouter> Routers { get; } = routers;
    public RoutingDependencies Dependencies { get; } = dependencies;

    public int PlaceOf(string router) => _places[router];

    /// <summary>Routes all addresses and their descendants to the end. <paramref name="context"/> carries message and connection facts; each address gets its own copy. Keys in <paramref name="done"/> are not planned again.</summary>
    public ValueTask<RoutingResult> RouteAsync(IReadOnlyList<RoutedAddress> addresses, ExpansionContext context, RoutingPurpose purpose,
        IReadOnlySet<string> done, CancellationToken cancel) =>
        new RoutingRun(this, context, purpose, done).ToEndAsync([.. addresses.Select(a => a with { Address = Qualified(a.Address, context, purpose) })], cancel);

    /// <summary>
    /// Verifies one address as ACL `verify = recipient` and `verify = sender`, -bv and VRFY do (Exim 44.51): a redirection to one address goes on with that
    /// address, a redirection to several is enough. With <paramref name="successOnRedirect"/> any redirection is enough. It is the rewritten address that is
    /// verified.
    /// </summary>
    public async ValueTask<VerifyOutcome> VerifyAsync(MailAddress address, ExpansionContext context, RoutingPurpose purpose, CancellationToken cancel,
        bool successOnRedirect = false)
    {
        address = Rewritten(Qualified(address, context, purpose), context, purpose);
        return await VerifyRewrittenAsync(address, context, purpose, successOnRedirect, cancel).ConfigureAwait(false) with { Address = address };
    }

    /// <summary>As the rewriting rules have it for this purpose (Exim 31.2).</summary>
    public MailAddress Rewritten(MailAddress address, ExpansionContext context, RoutingPurpose purpose) => new AddressRewriter(Dependencies.Rewrite, context)
        .Envelope(address, purpose == RoutingPurpose.VerifySender ? RewriteKinds.EnvelopeFrom : RewriteKinds.EnvelopeTo);

    async ValueTask<VerifyOutcome> VerifyRewrittenAsync(MailAddress address, ExpansionContext context, RoutingPurpose purpose, bool successOnRedirect, CancellationToken cancel)
    {
        var run = new RoutingRun(this, context, purpose, NothingDone);
        var current = new RoutedAddress { Address = address };
        using var scope = context.Trace?.Nest("verify", SourceLocation.BuiltIn(""), current.Address.ToString());
        var outcomes = ImmutableArray.CreateBuilder<AddressOutcome>();
        while (true)
        {
            var step = await run.OneAsync(current, cancel).ConfigureAwait(false);
            outcomes.AddRange(step.Outcomes);
            var next = step.Next;
            if (Failure(step.Outcomes) is { } failure) return failure;
            if (successOnRedirect || next.Length != 1 || next[0].Address.Kind != TargetKind.Address)
                return new VerifyOutcome.Verified(new RoutingResult(outcomes.ToImmutable()), step.AddressData);
            current = next[0].Address;
        }
    }

    /// <summary>What one address turns into, as EXPN asks; what it turns into is not routed.</summary>
    public async ValueTask<ExpandedAddress> ExpandAsync(MailAddress address, ExpansionContext context, CancellationToken cancel)
    {
        address = Rewritten(address, context, RoutingPurpose.Expn);
        var step = await new RoutingRun(this, context, RoutingPurpose.Expn, NothingDone).OneAsync(new RoutedAddress { Address = address }, cancel).ConfigureAwait(false);
        return Failure(step.Outcomes) switch
        {
            VerifyOutcome.Failed => new ExpandedAddress.Failed(),
            VerifyOutcome.Deferred => new ExpandedAddress.Deferred(),
            _ => new ExpandedAddress.Targets(step.Outcomes.Any(o => o is AddressOutcome.Deliver) ? [address.ToString()] : [.. step.Next.Select(n => Text(n.Address))]),
        };

        static string Text(RoutedAddress target) => target.Kind == TargetKind.Address ? target.Address.ToString() : RoutePrinter.TargetText(target);
    }

    static VerifyOutcome? Failure(ImmutableArray<AddressOutcome> outcomes)
    {
        foreach (var outcome in outcomes)
            switch (outcome)
            {
                case AddressOutcome.Failed failed: return new VerifyOutcome.Failed(failed.Text, failed.SmtpReply) { IsForced = failed.IsForced };
                case AddressOutcome.Deferred deferred: return new VerifyOutcome.Deferred(deferred.Text, deferred.SmtpReply);
            }
        return null;
    }

    static MailAddress Qualified(MailAddress address, ExpansionContext context, RoutingPurpose purpose) =>
        address.IsQualified ? address
        : address with { Domain = purpose == RoutingPurpose.VerifySender ? context.Environment.QualifyDomain : context.Environment.QualifyRecipient };
}

/// <summary>The result of verifying an address. Data becomes $address_data; Text is for the log and, where the rule allows, the peer. SmtpReply is what a rule says to the peer, perhaps with a code before it; null where no rule said anything.</summary>
abstract record VerifyOutcome
{
    VerifyOutcome() { }
    /// <summary>What was verified, after rewriting.</summary>
    public MailAddress Address { get; init; }
    /// <summary>Routing holds what the last address came to: callouts find their hosts there.</summary>
    public sealed record Verified(RoutingResult Routing, Value? AddressData) : VerifyOutcome;
    public sealed record Failed(string Text, string? SmtpReply = null) : VerifyOutcome
    {
        /// <summary>fail_verify said so: the text is for the log alone.</summary>
        public bool IsForced { get; init; }
    }
    public sealed record Deferred(string Text, string? SmtpReply = null) : VerifyOutcome;
}
