using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>What a printer wrote and the exit status that goes with it: 0 all good, 1 something must wait, 2 something failed (Exim -bt, -bv).</summary>
readonly record struct PrintedRoute(string Text, int ExitCode);

/// <summary>Prints routing results as -bt and -bv do, byte for byte as Exim.</summary>
static class RoutePrinter
{
    public const int Failed = 2, Waits = 1;

    /// <summary>
    /// -bt for one address: troubles and generated deliveries in the order of routing, then local and remote deliveries, each latest first. A caller with
    /// several addresses keeps one <see cref="NewShown"/> for all, since Exim marks duplicates over the whole command.
    /// </summary>
    public static PrintedRoute AddressTest(RoutingResult result, IReadOnlyDictionary<string, TransportTraits> transports, ISet<string>? shown = null) =>
        new RouteListing(transports, "is undeliverable", shown ?? NewShown()).Print(result);

    /// <summary>-bv -v: as -bt, but failures "failed to verify".</summary>
    public static PrintedRoute VerboseVerification(RoutingResult result, IReadOnlyDictionary<string, TransportTraits> transports, ISet<string>? shown = null) =>
        new RouteListing(transports, "failed to verify", shown ?? NewShown()).Print(result);

    /// <summary>The keys printed so far; without regard to case, as Exim's marks are.</summary>
    public static ISet<string> NewShown() => new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Rewriting rules that changed the address are told first.</summary>
    public static PrintedRoute Rewritten(MailAddress given, MailAddress address, PrintedRoute printed) =>
        given == address ? printed : printed with { Text = $"Address rewritten as: {address}\n{printed.Text}" };

    /// <summary>-bv: one line. Address is the qualified one.</summary>
    public static PrintedRoute Verification(string address, VerifyOutcome outcome) => outcome switch
    {
        VerifyOutcome.Verified => new($"{address} verified\n", 0),
        VerifyOutcome.Failed failed => new($"{address} failed to verify: {failed.Text}\n", Failed),
        VerifyOutcome.Deferred deferred => new($"{address} cannot be resolved at this time: {deferred.Text}\n", Waits),
        _ => throw new InvalidOperationException($"unknown outcome {outcome.GetType().Name}"),
    };

    /// <summary>Several addresses: the worst counts.</summary>
    public static int Worst(int one, int other) => Math.Max(one, other);

    /// <summary>A generated target as Exim shows it: a path, or a command with its bar.</summary>
    public static string TargetText(RoutedAddress address) => address.Kind switch
    {
        TargetKind.Pipe => "|" + address.Target,
        TargetKind.Reply => "mail " + address.Target,
        _ => address.Target,
    };
}
