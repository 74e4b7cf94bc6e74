using ScriptMta.Common;
using ScriptMta.Hosting;
using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Cli;

/// <summary>-bt, -bv and -bvs: addresses from the arguments or standard input, with Exim's output and its exit statuses (0 good, 1 deferred, 2 failed).</summary>
static class AddressCommand
{
    public static int Test(Invocation invocation) => Run(invocation, RoutingPurpose.AddressTest);
    public static int VerifyRecipients(Invocation invocation) => Run(invocation, RoutingPurpose.VerifyRecipient);
    public static int VerifySenders(Invocation invocation) => Run(invocation, RoutingPurpose.VerifySender);

    static int Run(Invocation invocation, RoutingPurpose purpose)
    {
        var configuration = Site.Load(invocation);
        using var output = new StreamWriter(Terminal.OutputStream, System.Text.Encoding.Latin1, 32 * 1024, leaveOpen: true) { NewLine = "\n" };
        var worst = 0;
        var shown = RoutePrinter.NewShown();
        foreach (var address in invocation.Arguments.Count > 0 ? invocation.Arguments : InputLines(output))
            worst = Math.Max(worst, RunOne(configuration, address, invocation.Sender, purpose, shown, output));
        return worst;
    }

    static int RunOne(LoadedConfiguration configuration, string text, string? sender, RoutingPurpose purpose, ISet<string> shown, TextWriter output)
    {
        var printed = Route(configuration, text, sender, purpose, shown);
        output.Write(printed.Text);
        return printed.ExitCode;
    }

    static PrintedRoute Route(LoadedConfiguration configuration, string text, string? sender, RoutingPurpose purpose, ISet<string> shown)
    {
        if (!AddressParser.TryParseOne(text, configuration.Settings.AddressRules, out var parsed, out var error))
            return new($"syntax error: {error}\n", RoutePrinter.Failed);
        var context = configuration.NewContext(dryRun: true);
        context.Message.Sender = sender is null ? null : MailAddress.Split(sender);
        var address = parsed.Address.IsQualified ? parsed.Address : parsed.Address with { Domain = configuration.Environment.QualifyRecipient };
        if (purpose != RoutingPurpose.AddressTest)
        {
            var outcome = configuration.Router.VerifyAsync(address, context, purpose, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            return RoutePrinter.Rewritten(address, outcome.Address, RoutePrinter.Verification(outcome.Address.ToString(), outcome));
        }
        var rewritten = configuration.Router.Rewritten(address, context, purpose);
        var result = configuration.Router.RouteAsync([new RoutedAddress { Address = rewritten }], context, purpose, NothingDone, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return RoutePrinter.Rewritten(address, rewritten, RoutePrinter.AddressTest(result, configuration.Transports, shown));
    }

    static readonly HashSet<string> NothingDone = [];

    static IEnumerable<string> InputLines(TextWriter output)
    {
        using var input = new StreamReader(Console.OpenStandardInput(), System.Text.Encoding.Latin1);
        var prompt = !Console.IsInputRedirected;
        while (true)
        {
            if (prompt) { output.Write("> "); output.Flush(); }
            if (input.ReadLine() is not { } line) yield break;
            if (line.TrimSpace().Length != 0) yield return line.TrimSpace();
        }
    }
}
