using ScriptMta.Admin;
using ScriptMta.Logging;
using ScriptMta.Mail;
using ScriptMta.Queue;
using ScriptMta.Spool;

namespace ScriptMta.Hosting;

/// <summary>Whether the owner of the spool is a daemon (delivers whatever is due, for as long as it runs) or one command (delivers what it brings or names, then ends).</summary>
enum MailSystemUse { Daemon, OneCommand }

/// <summary>The owner of a spool: store, queue, and the rules in force. The daemon has one for its life, a command without a daemon for its own.</summary>
sealed class MailSystem : IAsyncDisposable
{
    readonly SiteRequest _request;
    LoadedConfiguration _configuration;

    MailSystem(LoadedConfiguration configuration, SiteRequest request, ISpool spool)
    {
        (_configuration, _request, Spool) = (configuration, request, spool);
        Ids = new MessageIdSource(configuration.Environment.Clock, Environment.ProcessId, spool.Recovery.NewestId);
        Reports = new TlsReportRound(this);
        Queue = new MailQueue(spool, () => Configuration.Queue, Ids);
        Commands = AdminCommands.All(new AdminServices
        {
            Spool = spool, Queue = Queue, Ids = Ids, Reception = () => Configuration.Reception, Log = Log, Clock = configuration.Environment.Clock, Directory = configuration.Settings.SpoolDirectory, Reload = Reload,
            TlsReports = async (show, cancel) => show ? Reports.Show() : await Reports.RunAsync(all: true, cancel),
        });
    }

    public ISpool Spool { get; }
    public MailQueue Queue { get; }
    public MessageIdSource Ids { get; }
    public TlsReportRound Reports { get; }
    public IReadOnlyList<AdminCommand> Commands { get; }
    public LoadedConfiguration Configuration => Volatile.Read(ref _configuration);
    public MailLog Log => Configuration.Environment.Log;

    /// <summary>Throws <see cref="SpoolException"/>: Locked when somebody else owns the spool.</summary>
    public static async ValueTask<MailSystem> OpenAsync(LoadedConfiguration configuration, SiteRequest request, CancellationToken cancel)
    {
        CreateDirectory(configuration.Settings.SpoolDirectory);
        var options = new SpoolOptions { Directory = Path.Combine(configuration.Settings.SpoolDirectory, "journal") };
        var log = configuration.Environment.Log;
        var spool = await JournalSpool.OpenAsync(options, new PosixSpoolFiles(), configuration.Environment.Clock, cancel);
        spool.Trouble += text => log.Panic(null, text);
        if (spool.Recovery.DroppedBytes > 0) log.Panic(null, spool.Recovery.Summary);
        var system = new MailSystem(configuration, request, spool);
        configuration.Hints.Keep(HintsIn(configuration.Settings), new PosixSpoolFiles(), text => system.Log.Panic(null, text));
        return system;
    }

    static string HintsIn(SiteSettings settings) => Path.Combine(settings.SpoolDirectory, "hints");

    /// <summary>For dry runs: the rules see what the owner of the spool has noticed; what they notice is forgotten.</summary>
    public static void PeekAtHints(LoadedConfiguration configuration, Action<string> note) => configuration.Hints.Peek(HintsIn(configuration.Settings), new PosixSpoolFiles(), note);

    static void CreateDirectory(string path)
    {
        try { Directory.CreateDirectory(path); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SpoolException($"spool_directory {path} cannot be created ({error.Message}): create it for the user that runs this, or name another", SpoolFault.InputOutput, error);
        }
    }

    public void Start(MailSystemUse use)
    {
        if (use == MailSystemUse.Daemon) Configuration.Hints.Load(); // a second for a million; one command may never ask
        Queue.Start(use == MailSystemUse.Daemon);
    }

    /// <summary>Waits until what is in delivery is done: a command must not end in the middle of it.</summary>
    public ValueTask FinishDeliveriesAsync(CancellationToken cancel) => Queue.WhenIdleAsync(cancel);

    /// <summary>SIGHUP: the new configuration takes the place of the old one only when it is whole. The text says what happened.</summary>
    public string Reload()
    {
        var problems = new Language.ProblemList();
        if (ConfigurationLoader.Load(_request, problems, Configuration) is not { } loaded)
        {
            foreach (var problem in problems.All.Where(p => !p.IsWarning)) Log.Panic(null, HostingLog.ReloadProblem(problem));
            return HostingLog.ReloadRefused(_request.File);
        }
        if (loaded.Settings.SpoolDirectory != Configuration.Settings.SpoolDirectory) return HostingLog.ReloadNeedsRestart("spool_directory");
        var before = Configuration;
        Volatile.Write(ref _configuration, loaded);
        before.Environment.Perl?.Dispose();
        LogWarnings();
        return HostingLog.Reloaded(_request.File);
    }

    /// <summary>What the configuration in force asks for that has no effect yet, once for each load.</summary>
    public void LogWarnings()
    {
        foreach (var warning in Configuration.Warnings) Log.Main(null, warning.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await Queue.DisposeAsync();
        Reports.Dispose();
        Configuration.Hints.Dispose();
        await Spool.DisposeAsync();
    }
}
