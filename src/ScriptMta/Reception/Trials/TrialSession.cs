using ScriptMta.Common;
using ScriptMta.Logging;
using ScriptMta.Mail;
using ScriptMta.Network;
using ScriptMta.Spool;

namespace ScriptMta.Reception;

/// <summary>Runs a dry run over a pair of streams; needs neither the owner of the spool nor its directory.</summary>
static class TrialSession
{
    public static async Task RunAsync(ReceptionRules rules, SessionTrial trial, Stream input, Stream output, CancellationToken cancel)
    {
        await output.WriteAsync(Latin1.Encode(trial.Heading), cancel).ConfigureAwait(false);
        await output.FlushAsync(cancel).ConfigureAwait(false);
        var environment = rules.Environment;
        using var log = new MailLog(environment.Clock, static _ => TextWriter.Null, environment.Log.Options, line => trial.Note("LOG: " + line));
        var spool = new NoSpool();
        await using var _ = spool.ConfigureAwait(false);
        var connection = new Connection(new StreamPair(input, output), environment.Clock);
        await using var __ = connection.ConfigureAwait(false);
        var session = new SmtpSession(connection, rules with { Environment = environment with { Log = log } }, new(spool, new MessageIdSource(environment.Clock, Environment.ProcessId), trial));
        await session.RunAsync(cancel).ConfigureAwait(false);
    }
}
