using ScriptMta.Common;
using ScriptMta.Hosting;
using ScriptMta.Language;
using ScriptMta.Network;
using ScriptMta.Reception;

namespace ScriptMta.Cli;

/// <summary>-bh and -bhc: an SMTP session as if from a host, on standard input and output; what the rules saw and what would be logged goes to standard error (Exim 5.2).</summary>
static class HostCheckCommand
{
    public static int Run(Invocation invocation)
    {
        var trial = TrialOf(invocation.CheckedHost!, invocation.MessageFacts, invocation.MakesCallouts, static line => Terminal.RawError(line + "\n"));
        var configuration = Site.Load(invocation);
        MailSystem.PeekAtHints(configuration, trial.Note);
        using var input = new TypedLines(Console.OpenStandardInput());
        TrialSession.RunAsync(configuration.Reception, trial, input, Terminal.OutputStream, CancellationToken.None).GetAwaiter().GetResult();
        return ExitCode.Ok;
    }

    /// <param name="host">An address, perhaps with ".port" or "[address]:port".</param>
    public static SessionTrial TrialOf(string host, IReadOnlyDictionary<string, string> told, bool callouts, Action<string> note) =>
        ListenAddress.TryParse(host, out var address, out var port)
            ? new(address, port ?? 0, told, note) { MakesCallouts = callouts }
            : throw new CommandException(ExitCode.Failure, $"\"{host}\" is not an IP address");
}
