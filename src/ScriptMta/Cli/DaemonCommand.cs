using System.Diagnostics;
using System.Net.Sockets;
using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Hosting;
using ScriptMta.Spool;

namespace ScriptMta.Cli;

/// <summary>Starts the daemon, in the foreground or detached. .NET cannot fork, so -bd starts a second process and waits until that one listens.</summary>
static class DaemonCommand
{
    /// <summary>Set by the parent of a background daemon: it reads our output until the line <see cref="ReadyNotice.Ready"/>.</summary>
    const string DetachVariable = "SCRIPTMTA_DETACH";

    /// <summary>A daemon that does not listen by then (a slow disk with a large spool included) is reported, not killed.</summary>
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    public static int RunInForeground(Invocation invocation) => Foreground(Site.RequestFor(invocation), invocation, asExim: true);
    public static int RunInBackground(Invocation invocation) => Background(Site.RequestFor(invocation), invocation);

    public static int Foreground(SiteRequest site, Invocation invocation, bool asExim)
    {
        var configuration = Site.Load(site, asExim);
        if (Terminal.ErrorIsRead) Site.ShowWarnings(configuration);
        Admin.CommandArguments.LogOwn(configuration.Environment.Log);
        var detach = Environment.GetEnvironmentVariable(DetachVariable) is not null;
        var options = new DaemonOptions(site, VersionCommand.Version, line => Terminal.Out(Latin1.FromUnicode(line) + "\n"),
            invocation.QueueInterval ?? DaemonOptions.DefaultQueueInterval, invocation.PidFile, invocation.DaemonPorts) { TlsOnConnect = invocation.TlsOnConnect };
        try
        {
            RunAsync(configuration, options, detach).GetAwaiter().GetResult();
            return ExitCode.Ok;
        }
        catch (Exception error) when (error is SpoolException or IOException or SocketException or UnauthorizedAccessException)
        {
            configuration.Environment.Log.Panic(null, $"daemon not started: {error.Message}");
            throw new CommandException(ExitCode.Failure, error.Message);
        }
    }

    static Task RunAsync(LoadedConfiguration configuration, DaemonOptions options, bool detach) =>
        Daemon.RunAsync(configuration, options, ready: () =>
        {
            if (!detach)
            {
                options.Announce("Press Ctrl-C to stop.");
                return;
            }
            options.Announce(ReadyNotice.Ready);
            Session.DetachFromTerminal();
        });

    public static int Background(SiteRequest site, Invocation invocation)
    {
        var configuration = Site.Load(site, asExim: true);
        if (Terminal.ErrorIsRead) Site.ShowWarnings(configuration);
        using var daemon = Process.Start(StartInfo(site, invocation)) ?? throw new CommandException(ExitCode.OsError, "the daemon process could not be started");
        var lines = new List<string>();
        using var limit = new CancellationTokenSource(StartLimit);
        try
        {
            while (daemon.StandardOutput.ReadLineAsync(limit.Token).AsTask().GetAwaiter().GetResult() is { } line)
            {
                if (line == ReadyNotice.Ready) return ExitCode.Ok;
                lines.Add(line);
            }
        }
        catch (OperationCanceledException)
        {
            throw new CommandException(ExitCode.TempFail, $"the daemon (pid {daemon.Id}) did not listen within {StartLimit.TotalSeconds} s; see its log");
        }
        daemon.WaitForExit();
        foreach (var line in lines) Terminal.Out(line + "\n");
        return daemon.ExitCode == 0 ? ExitCode.Failure : daemon.ExitCode;
    }

    static ProcessStartInfo StartInfo(SiteRequest site, Invocation invocation)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, WorkingDirectory = "/" };
        string[] words = ["-bdf", "-C", site.File, .. site.Macros.Select(m => $"-D{m.Name}={m.Value}")];
        foreach (var word in words) start.ArgumentList.Add(Latin1.ToUnicode(word));
        if (invocation.QueueInterval is { } interval) start.ArgumentList.Add($"-q{(long)interval.TotalSeconds}s");
        if (site.PerlAtStart is { } atStart) start.ArgumentList.Add(atStart ? "-ps" : "-pd");
        if (invocation.PidFile is { } pidFile) start.ArgumentList.Add("-oP" + Latin1.ToUnicode(pidFile));
        if (invocation.DaemonPorts is { } ports) start.ArgumentList.Add("-oX" + Latin1.ToUnicode(ports));
        if (invocation.TlsOnConnect) start.ArgumentList.Add("-tls-on-connect");
        start.Environment[DetachVariable] = "1";
        return start;
    }
}
