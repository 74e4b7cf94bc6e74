using ScriptMta.Common;
using ScriptMta.Hosting;
using ScriptMta.Routing;

namespace ScriptMta.Cli;

/// <summary>newaliases, -bi and the verb aliases: checks the alias files that redirect routers look things up in. Nothing needs rebuilding: changes are seen at once.</summary>
static class AliasesCommand
{
    public static int Run(Invocation invocation) =>
        Check(invocation.Arguments is { Count: > 0 } named ? named : FilesOf(Site.Load(invocation)));

    public static IReadOnlyList<string> FilesOf(LoadedConfiguration configuration)
    {
        var files = AliasFiles.Of(configuration.Document, configuration.NewContext(dryRun: true));
        return files.Count > 0 ? files : throw new CommandException(ExitCode.Configuration, "no redirect router of the configuration looks up an alias file; name the files");
    }

    /// <summary>Warnings and errors on standard error with file and line, one summary line per file; status 65 when any file has an error.</summary>
    public static int Check(IReadOnlyList<string> files)
    {
        var status = ExitCode.Ok;
        foreach (var file in files)
        {
            AliasFile aliases;
            try { aliases = AliasFile.Read(file); }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException) { throw new CommandException(ExitCode.NoInput, error.Message); }
            foreach (var problem in aliases.Problems) Terminal.RawError($"{problem}\n");
            if (aliases.Problems.Any(p => !p.IsWarning)) status = ExitCode.DataError;
            Terminal.Out(aliases.Summary + "\n");
        }
        return status;
    }
}
