using System.Reflection;
using ScriptMta.Common;

namespace ScriptMta.Cli;

/// <summary>-bV: what this is, and whether the configuration loads.</summary>
static class VersionCommand
{
    public static string Version { get; } = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static int Run(Invocation invocation)
    {
        Terminal.Out($"ScriptMta version {Version} (Exim configuration language 4.96)\nRuntime: {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}\n");
        if (invocation.ConfigFile is null && !Site.DefaultFiles.Any(File.Exists))
        {
            Terminal.Out("No configuration file is installed (-C FILE names one)\n");
            return ExitCode.Ok;
        }
        var request = Site.RequestFor(invocation);
        Site.ShowWarnings(Site.Load(request, asExim: true));
        Terminal.Out($"Configuration file is {request.File}\n");
        return ExitCode.Ok;
    }
}
