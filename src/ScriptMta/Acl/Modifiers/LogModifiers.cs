using ScriptMta.Common;
using ScriptMta.Logging;

namespace ScriptMta.Acl;

/// <summary>logwrite and log_reject_target (Exim 44.21).</summary>
static class LogModifiers
{
    static readonly Dictionary<string, LogFile> Files = new(StringComparer.Ordinal) { ["main"] = LogFile.Main, ["reject"] = LogFile.Reject, ["panic"] = LogFile.Panic };

    /// <summary>":main,reject: text" chooses the logs; else the main log.</summary>
    public static AclStep LogWrite(AclPartSource source) => AclArgument.Expanded(source, static (run, value) =>
    {
        var (files, text) = (new List<LogFile> { LogFile.Main }, value.Text);
        if (text.StartsWith(':'))
        {
            var end = text.IndexOf(':', 1);
            if (end < 0 || !TryFiles(text[1..end], ',', out files, out _) || files.Count == 0) return Complain(run, $"unknown log name in \"{text}\" in \"logwrite\" in {AclWhereNames.Text(run.Where)} ACL");
            text = text[(end + 1)..];
        }
        run.Context.Environment.Log.Write(files, run.Context.Message.Id, MailLog.Escape(text.TrimSpaceAtStart()));
        return AclResult.Ok;
    });

    public static AclStep RejectTarget(AclPartSource source) => AclArgument.Expanded(source, static (run, value) =>
    {
        if (!TryFiles(value.Text, ':', out var files, out var unknown)) return Complain(run, $"unknown log name \"{unknown}\" in \"log_reject_target\" in {AclWhereNames.Text(run.Where)} ACL");
        run.RejectLogs = files;
        return AclResult.Ok;
    });

    /// <summary>Exim says so and goes on: a misspelt log is no reason to refuse mail.</summary>
    static AclResult Complain(AclRun run, string text)
    {
        run.Context.Environment.Log.Panic(run.Context.Message.Id, text);
        return AclResult.Ok;
    }

    static bool TryFiles(string names, char separator, out List<LogFile> files, out string unknown)
    {
        (files, unknown) = ([], "");
        foreach (var name in names.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            unknown = name;
            if (!Files.TryGetValue(name, out var file)) return false;
            files.Add(file);
        }
        return true;
    }
}
