using ScriptMta.Expansion;

namespace ScriptMta.Routing;

/// <summary>Why an address is being routed; the verify options of routers depend on it.</summary>
enum RoutingPurpose { Delivery, VerifyRecipient, VerifySender, AddressTest }

/// <summary>
/// Runs addresses through the configured routers (Exim chapter 3): preconditions, driver, unseen copies, children, duplicates, loops. Immutable;
/// one per loaded configuration. Nothing outside is changed.
/// </summary>
sealed class AddressRouter
{
    /// <summary>Routes all addresses and their descendants to the end. <paramref name="context"/> carries message and connection facts; each address gets its own copy. Keys in <paramref name="done"/> are not planned again.</summary>
    public ValueTask<RoutingResult> RouteAsync(IReadOnlyList<RoutedAddress> addresses, ExpansionContext context, RoutingPurpose purpose,
        IReadOnlySet<string> done, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Verifies one address as ACL `verify = recipient` and `verify = sender`, -bv and VRFY do.</summary>
    public ValueTask<VerifyOutcome> VerifyAsync(Mail.MailAddress address, ExpansionContext context, RoutingPurpose purpose, CancellationToken cancel) =>
        throw new NotImplementedException();
}

/// <summary>The result of verifying an address. Data becomes $address_data; Text is for the log and, where the rule allows, the peer.</summary>
abstract record VerifyOutcome
{
    VerifyOutcome() { }
    public sealed record Verified(RoutingResult Routing, Value? AddressData) : VerifyOutcome;
    public sealed record Failed(string Text, string? SmtpReply = null) : VerifyOutcome;
    public sealed record Deferred(string Text) : VerifyOutcome;
}
