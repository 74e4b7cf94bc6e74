using ScriptMta.Admin;
using ScriptMta.Common;
using ScriptMta.Hosting;
using ScriptMta.Spool;

namespace ScriptMta.Cli;

/// <summary>Has a command carried out by whoever owns the spool: the running daemon, or, when none runs, this process.</summary>
static class OwnerCall
{
    /// <summary>Another short-lived command may own the spool just now; a daemon would have answered on its socket.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>For commands that need nothing but the spool directory's daemon: the whole configuration is loaded only if none runs.</summary>
    public static int Run(SiteRequest site, bool asExim, AdminRequest request, Stream? payload) =>
        RunAsync(site, asExim, request, payload, new StandardOutput(Terminal.OutputStream, Terminal.ErrorStream, showsProgress: Terminal.ErrorIsRead), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public static int Run(SiteRequest site, bool asExim, AdminRequest request, AdminOutput output) =>
        RunAsync(site, asExim, request, payload: null, output, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    static async ValueTask<int> RunAsync(SiteRequest site, bool asExim, AdminRequest request, Stream? payload, AdminOutput output, CancellationToken cancel)
    {
        request = CommandArguments.Add(request);
        // Most often a daemon runs, and then the rules are its business: only its address is needed here.
        if (ConfigurationLoader.SpoolDirectoryOf(site) is { } directory && ControlClient.TryConnect(directory) is { } daemon)
            return await AskDaemonAsync(daemon, request, payload, output, cancel);
        var configuration = Site.Load(site, asExim);
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            if (ControlClient.TryConnect(configuration.Settings.SpoolDirectory) is { } socket)
                return await AskDaemonAsync(socket, request, payload, output, cancel);
            try { return await RunHereAsync(configuration, site, request, payload ?? Stream.Null, output, cancel); }
            catch (SpoolException error) when (error.Fault == SpoolFault.Locked && waited < LongestWait) { await Task.Delay(Pause, cancel); }
            catch (SpoolException error) { throw new CommandException(ExitCode.TempFail, error.Message); }
        }
    }

    static async ValueTask<int> AskDaemonAsync(System.Net.Sockets.Socket socket, AdminRequest request, Stream? payload, AdminOutput output, CancellationToken cancel)
    {
        try { return await ControlClient.CallAsync(socket, request, payload, output, cancel); }
        catch (IOException error) { throw new CommandException(ExitCode.TempFail, error.Message); }
        finally { socket.Dispose(); }
    }

    static async ValueTask<int> RunHereAsync(LoadedConfiguration configuration, SiteRequest site, AdminRequest request, Stream payload, AdminOutput output, CancellationToken cancel)
    {
        await using var system = await MailSystem.OpenAsync(configuration, site, cancel);
        system.Start(MailSystemUse.OneCommand);
        var command = system.Commands.FirstOrDefault(c => c.Name == request.Command)
            ?? throw new InvalidOperationException($"no administrative command {request.Command}");
        CommandArguments.Log(request, system.Log);
        var status = await command.Run(new AdminCall(request, Caller.Ourselves, payload, output), cancel);
        await system.FinishDeliveriesAsync(cancel);
        return status;
    }
}
