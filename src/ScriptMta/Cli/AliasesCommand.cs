using ScriptMta.Common;
using ScriptMta.Hosting;
using ScriptMta.Language;
using ScriptMta.Routing;

namespace ScriptMta.Cli;

/// <summary>newaliases, -bi and the verb aliases: checks the alias files that redirect routers look things up in. Nothing needs rebuilding: changes are seen at once.</summary>
static class AliasesCommand
{
    public static int Run(Invocation invocation) =>
        Check(invocation.Arguments is { Count: > 0 } named ? named : FilesOf(Site.Load(invocation)));

    public static IReadOnlyList<string> FilesOf(LoadedConfiguration configuration)
    {
        var files = AliasCheck.FilesOf(configuration.Router);
        return files.Count > 0 ? files : [AliasFile.Usual];
    }

    /// <summary>Warnings and errors on standard error with file and line, one summary line per file; status 65 when any file has an error, 66 when one cannot be read.</summary>
    public static int Check(IReadOnlyList<string> files)
    {
        var problems = new ProblemList();
        var status = ExitCode.Ok;
        foreach (var file in files)
        {
            if (AliasFile.Read(file, problems) is not { } aliases) status = ExitCode.NoInput;
            else
            {
                AliasCheck.Report(aliases, problems);
                Terminal.Out(aliases.Summary + "\n");
            }
        }
        foreach (var problem in problems.All) Terminal.RawError($"{problem}\n");
        return status == ExitCode.Ok && problems.HasErrors ? ExitCode.DataError : status;
    }
}
