using System.Collections.Frozen;
using ScriptMta.Common;

namespace ScriptMta.Cli;

/// <summary>
/// The names under which the one binary behaves as older programs do (traditions.md): chosen by argv[0], or by the first word after
/// <c>scriptmta</c>. Each is a preset for the sendmail-style command line.
/// </summary>
static class Personality
{
    public static readonly FrozenDictionary<string, Action<Invocation>> All = new Dictionary<string, Action<Invocation>>(StringComparer.Ordinal)
    {
        ["sendmail"] = static i => i.ListAsSendmail = true,
        ["exim"] = static _ => { },
        ["exim4"] = static _ => { },
        ["mailq"] = static i => (i.Mode, i.ListAsSendmail) = (Mode.ListQueue, true),
        ["newaliases"] = static i => i.Mode = Mode.CheckAliases,
        ["runq"] = static i => i.Mode = Mode.QueueRun,
        ["mail"] = static i => i.Error = "the mail command is known but not built yet; use s-nail or mutt to read, and sendmail to send",
        ["mailx"] = static i => i.Error = "the mailx command is known but not built yet; use s-nail or mutt to read, and sendmail to send",
        ["rmail"] = static i => i.Error = "rmail (UUCP) is known but not built yet; use sendmail",
        ["rsmtp"] = static i => i.Mode = Mode.BatchSmtp,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The last part of argv[0] as the caller gave it: .NET's own idea of it is the resolved path.</summary>
    public static string OfThisProcess()
    {
        var commandLine = File.ReadAllBytes("/proc/self/cmdline");
        var end = Array.IndexOf(commandLine, (byte)0);
        return Path.GetFileName(Latin1.Decode(commandLine.AsSpan(0, end < 0 ? commandLine.Length : end)));
    }
}
