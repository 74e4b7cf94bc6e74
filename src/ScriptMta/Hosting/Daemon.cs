using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ScriptMta.Admin;
using ScriptMta.Common.Posix;
using ScriptMta.Reception;

namespace ScriptMta.Hosting;

/// <summary>How the daemon was asked to run.</summary>
/// <param name="Announce">Gets the lines that say where it listens, one by one, once it does.</param>
/// <param name="QueueInterval">How often everything due is looked for besides the queue's own timers; a safety net as -q30m is.</param>
sealed record DaemonOptions(SiteRequest Request, string Version, Action<string> Announce, TimeSpan QueueInterval, string? PidFile, string? Ports)
{
    /// <summary>What people start Exim with.</summary>
    public static readonly TimeSpan DefaultQueueInterval = TimeSpan.FromMinutes(30);

    /// <summary>-tls-on-connect.</summary>
    public bool TlsOnConnect { get; init; }
}

/// <summary>The long-running process: listener, queue, control socket, signals (SIGHUP reloads, SIGTERM and SIGINT stop).</summary>
sealed class Daemon(LoadedConfiguration configuration, DaemonOptions options) : IHostedService, IAsyncDisposable
{
    /// <summary>What a stopping daemon gives sessions and deliveries in flight: less than systemd's default of 90 s before SIGKILL, and than the 30 s of impatient people's scripts.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    /// <summary>For 10,000 connections and as many files and deliveries, with room; the kernel bounds what each may have in all (fs.nr_open is 1,048,576).</summary>
    const int Descriptors = 65536;
    /// <summary>For deliveries, the spool, logs and lookups.</summary>
    const int OtherDescriptors = 512;

    MailSystem? _system;
    SmtpServer? _smtp;
    ControlServer? _control;
    PosixSignalRegistration? _hangup;
    readonly CancellationTokenSource _stopping = new();
    ITimer? _queueTimer;
    ITimer? _reportTimer;
    string? _pidFile;

    /// <summary>Runs until a signal; the exit status is the caller's. Throws SpoolException, IOException or SocketException when it cannot start.</summary>
    /// <param name="ready">Called once everything runs.</param>
    public static async Task RunAsync(LoadedConfiguration configuration, DaemonOptions options, Action ready)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "scriptmta" });
        builder.Services.AddSingleton(configuration).AddSingleton(options).AddHostedService<Daemon>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit + TimeSpan.FromSeconds(5));
        using var host = builder.Build();
        await host.StartAsync();
        ready();
        await host.WaitForShutdownAsync();
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        RaiseDescriptorLimit();
        _system = await MailSystem.OpenAsync(configuration, options.Request, cancellationToken);
        // Before anybody can connect: who sees that the port is open may ask for a reload.
        _hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Reload);
        _control = new ControlServer(ControlSocket.PathIn(configuration.Settings.SpoolDirectory), _system.Commands, _system.Log, () => _system.Configuration.Admin);
        _control.Start();
        _smtp = new SmtpServer(_system.Spool, () => _system.Configuration.Reception, _system.Ids, options.Ports) { Etrn = new(RunQueueForAsync), TlsOnConnect = options.TlsOnConnect };
        await _smtp.StartAsync(cancellationToken);
        _system.Start(MailSystemUse.Daemon);
        _queueTimer = configuration.Environment.Clock.CreateTimer(RunQueue, null, options.QueueInterval, options.QueueInterval);
        _reportTimer = configuration.Environment.Clock.CreateTimer(SendReports, null, TlsReportRound.Interval / 60, TlsReportRound.Interval);
        WritePidFile();
        var endpoints = _smtp.Endpoints.Select(e => e.ToString()).ToList();
        _system.Log.Main(null, HostingLog.Started(options.Version, configuration.Document.File, _smtp.Endpoints, _smtp.BeginsWithTls));
        if (configuration.Reception.Options.Tls.SignsItself) _system.Log.Main(null, TlsLog.NoCertificate);
        _system.LogWarnings();
        foreach (var line in ReadyNotice.Lines(configuration, options.Version, endpoints, _system.Spool.Count)) options.Announce(line);
    }

    /// <summary>Connections, deliveries and files each take a descriptor.</summary>
    void RaiseDescriptorLimit()
    {
        var needed = 2L * configuration.Reception.Options.AcceptMax + OtherDescriptors;
        try
        {
            if (DescriptorLimit.Raise(Math.Max(Descriptors, needed)) is var now && now < needed) configuration.Environment.Log.Main(null, HostingLog.FewDescriptors(now, needed));
        }
        catch (IOException error) { configuration.Environment.Log.Panic(null, HostingLog.DescriptorsUnknown(error)); }
    }

    void Reload(PosixSignalContext signal)
    {
        signal.Cancel = true; // The default action of SIGHUP is to end the process.
        _system!.Log.Main(null, _system.Reload());
    }

    void SendReports(object? state) => _ = SendReportsAsync();

    async Task SendReportsAsync()
    {
        try { await _system!.Reports.RunAsync(all: false, _stopping.Token); }
        catch (OperationCanceledException) { /* the next daemon sends them */ }
        catch (Exception error) when (error is Spool.SpoolException or IOException or ObjectDisposedException) { _system?.Log.Panic(null, HostingLog.TlsReportFailed(error)); }
    }

    void RunQueue(object? state) => _ = RunQueueAsync();

    Task RunQueueAsync() => RunQueueAsync(() => _system!.Queue.RunPeriodicallyAsync(new Queue.QueueRunOptions(), CancellationToken.None));

    /// <summary>ETRN: as -R, which Exim would start.</summary>
    async ValueTask RunQueueForAsync(string recipients, CancellationToken cancel) => await RunQueueAsync(() => _system!.Queue.RunAsync(new Queue.QueueRunOptions(Force: true, Recipient: recipients), CancellationToken.None));

    async Task RunQueueAsync(Func<ValueTask> run)
    {
        try { await run(); }
        catch (Exception error) when (error is Spool.SpoolException or OperationCanceledException or IOException)
        {
            _system!.Log.Panic(null, HostingLog.QueueRunFailed(error));
        }
    }

    void WritePidFile()
    {
        _pidFile = options.PidFile ?? configuration.Settings.PidFile;
        try { File.WriteAllText(_pidFile, $"{Environment.ProcessId}\n"); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _system!.Log.Panic(null, HostingLog.PidFileFailed(_pidFile, error));
            _pidFile = null;
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_system is null) return;
        _system.Log.Main(null, HostingLog.Stopping);
        await _stopping.CancelAsync();
        if (_queueTimer is not null) await _queueTimer.DisposeAsync();
        if (_reportTimer is not null) await _reportTimer.DisposeAsync();
        _hangup?.Dispose();
        if (_smtp is not null) await _smtp.StopAsync(StopLimit / 2);
        if (_control is not null) await _control.StopAsync(StopLimit / 4);
        await _system.Queue.StopAsync(StopLimit / 2);
        if (_pidFile is not null) File.Delete(_pidFile);
        _system.Log.Main(null, HostingLog.Stopped);
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_system is not { } system) return;
        _system = null;
        if (_control is not null) await _control.DisposeAsync();
        _stopping.Dispose();
        await system.DisposeAsync();
    }
}
