using System.Text;
using ScriptMta.Expansion;
using ScriptMta.Hosting;
using ScriptMta.Logging;

namespace ScriptMta.Cli;

/// <summary>For commands that only test rules: what would go to the main and panic logs goes to standard error, once.</summary>
sealed class ErrorLog : IDisposable
{
    readonly LoadedConfiguration _configuration;
    readonly StreamWriter _errors = new(Terminal.ErrorStream, Encoding.Latin1, leaveOpen: true) { AutoFlush = true, NewLine = "\n" };
    readonly MailLog _log;

    public ErrorLog(LoadedConfiguration configuration)
    {
        _log = new MailLog(TimeProvider.System, file => file == LogFile.Main ? _errors : TextWriter.Null, configuration.Environment.Log.Options);
        _configuration = configuration with { Environment = configuration.Environment with { Log = _log } };
    }

    public ExpansionContext NewContext() => _configuration.NewContext(dryRun: false);

    public void Dispose()
    {
        _log.Dispose();
        _errors.Dispose();
    }
}
