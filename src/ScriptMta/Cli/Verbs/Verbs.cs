using System.CommandLine;

namespace ScriptMta.Cli;

/// <summary>The <c>scriptmta VERB</c> commands. One file a verb, one line here.</summary>
static class Verbs
{
    static readonly Func<Command>[] All =
    [
        DaemonVerb.Build, CheckVerb.Build, VerifyVerb.Build, ExpandVerb.Build, QueueVerb.Build, TailVerb.Build, SendVerb.Build, AliasesVerb.Build, SessionVerb.Build, SpoolVerb.Build, RetryVerb.Build, TlsReportVerb.Build,
    ];

    /// <param name="usageStatus">The exit status when the words make no sense.</param>
    public static int Run(string[] arguments, int usageStatus)
    {
        var root = new RootCommand("""
            ScriptMta: a mail transfer agent with Exim's configuration language and JavaScript hooks.

            Also answers to the names sendmail, mailq, newaliases, runq and exim (as argv[0] or first word) and to their options:
              scriptmta sendmail -t < message.eml      scriptmta mailq      scriptmta -bt user@example.com

            Example: scriptmta verify support@example.com --message problem.eml --config examples/escalation/scriptmta.conf
            """);
        foreach (var build in All) root.Subcommands.Add(build());
        var parsed = root.Parse([.. arguments.SelectMany(SplitMacro)]);
        var status = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        return parsed.Errors.Count > 0 ? usageStatus : status;
    }

    /// <summary>-DNAME=value is one word for Exim's users; the parser wants two.</summary>
    static string[] SplitMacro(string argument) =>
        argument.Length > 2 && argument.StartsWith("-D", StringComparison.Ordinal) ? ["-D", argument[2..]] : [argument];
}
