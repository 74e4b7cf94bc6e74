using ScriptMta.Logging;

namespace ScriptMta.Admin;

/// <summary>The words of a command and where it was given, for log_selector = +arguments (Exim 53.15). They travel with the request, since the owner of the spool writes the log.</summary>
static class CommandArguments
{
    const string DirectoryOption = "cwd", WordsOption = "argv";

    public static AdminRequest Add(AdminRequest request) => request with
    {
        Options = new Dictionary<string, string>(request.Options, StringComparer.Ordinal) { [DirectoryOption] = ByteText(Environment.CurrentDirectory), [WordsOption] = string.Join('\n', Own) },
    };

    public static void Log(AdminRequest request, MailLog log)
    {
        if (log.Options.Has("arguments") && request.Option(DirectoryOption) is { } directory && request.Option(WordsOption) is { } words) log.Main(null, Line(directory, words.Split('\n')));
    }

    /// <summary>For a command that writes the log itself: a daemon that starts.</summary>
    public static void LogOwn(MailLog log)
    {
        if (log.Options.Has("arguments")) log.Main(null, Line(ByteText(Environment.CurrentDirectory), Own));
    }

    static string[] Own => [ByteText(Environment.ProcessPath ?? "scriptmta"), .. Environment.GetCommandLineArgs().Skip(1).Select(ByteText)];

    /// <summary>NUL cannot be in it, and a name that is no UTF-8 is not worth a failure.</summary>
    static string ByteText(string text) => Common.Latin1.FromUnicode(text);

    static string Line(string directory, string[] words) => $"cwd={directory} {words.Length} args: {string.Join(' ', words.Select(Shown))}";

    /// <summary>Empty words and words with white space are quoted.</summary>
    static string Shown(string word) => word.Length == 0 || word.AsSpan().IndexOfAny(" \t\n") >= 0 ? $"\"{word}\"" : word;
}
