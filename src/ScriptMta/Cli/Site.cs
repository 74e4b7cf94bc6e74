using ScriptMta.Common;
using ScriptMta.Hosting;
using ScriptMta.Language;

namespace ScriptMta.Cli;

/// <summary>Finds and loads the configuration that a command works with.</summary>
static class Site
{
    /// <summary>Tried in this order when -C is not given: ours, then where Debian and upstream keep Exim's.</summary>
    public static readonly string[] DefaultFiles = ["/etc/scriptmta/scriptmta.conf", "/etc/exim4/exim4.conf", "/etc/exim/exim.conf"];

    public static SiteRequest RequestFor(Invocation invocation) => new(FileOf(invocation.ConfigFile), invocation.Macros) { PerlAtStart = invocation.PerlAtStart };

    static string FileOf(string? named)
    {
        if (named is not null) return Path.GetFullPath(Latin1.ToUnicode(named));
        return DefaultFiles.FirstOrDefault(File.Exists)
            ?? throw new CommandException(ExitCode.Configuration, $"no configuration file: none of {string.Join(", ", DefaultFiles)} exists; name one with -C FILE or --config FILE");
    }

    /// <summary>Loads or ends the command. Sendmail-style callers get Exim's wording and status 1, verbs file:line:column and status 78.</summary>
    public static LoadedConfiguration Load(SiteRequest request, bool asExim)
    {
        var problems = new ProblemList();
        var loaded = ConfigurationLoader.Load(request, problems);
        if (loaded is not null) return loaded;
        foreach (var problem in problems.All.Where(p => !p.IsWarning))
            Terminal.RawError(Text(problem, asExim) + "\n");
        throw new CommandException(asExim ? ExitCode.Failure : ExitCode.Configuration,
            $"{problems.All.Count(p => !p.IsWarning)} error(s) in the configuration {request.File}");
    }

    /// <summary>For commands that administrators type.</summary>
    public static LoadedConfiguration Load(Invocation invocation)
    {
        var loaded = Load(RequestFor(invocation), asExim: true);
        if (Terminal.ErrorIsRead && loaded.Warnings.Count > 0) Terminal.Error($"{loaded.Warnings.Count} warnings in {loaded.Document.File}; -bV or \"scriptmta check\" shows them");
        return loaded;
    }

    /// <summary>File, line and column of what is known but has no effect yet.</summary>
    public static void ShowWarnings(LoadedConfiguration loaded)
    {
        foreach (var warning in loaded.Warnings) Terminal.RawError($"{warning}\n");
    }

    /// <summary>Programs that know Exim get its words; a person gets the place and the hint, too.</summary>
    static string Text(ConfigurationProblem problem, bool asExim) =>
        !asExim ? $"{problem}" : Terminal.ErrorIsRead ? $"{ErrorFormat.Format(problem)}\n  {problem}" : ErrorFormat.Format(problem);
}
