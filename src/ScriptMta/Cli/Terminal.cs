using ScriptMta.Common;

namespace ScriptMta.Cli;

/// <summary>Standard output and error: byte text goes out as its bytes; colour only where a person looks.</summary>
static class Terminal
{
    static readonly Lazy<Stream> Output = new(Console.OpenStandardOutput);
    static readonly Lazy<Stream> ErrorOutput = new(Console.OpenStandardError);

    public static Stream OutputStream => Output.Value;
    public static Stream ErrorStream => ErrorOutput.Value;

    public static bool IsPerson => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;

    /// <summary>Someone reads what goes to standard error as it comes.</summary>
    public static bool ErrorIsRead => !Console.IsErrorRedirected;

    /// <summary>Somebody can be asked.</summary>
    public static bool IsConversation => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    public static void Out(string text) => Output.Value.Write(Latin1.Encode(text));
    public static void Error(string text) => ErrorOutput.Value.Write(Latin1.Encode($"scriptmta: {text}\n"));
    public static void RawError(string text) => ErrorOutput.Value.Write(Latin1.Encode(text));

    public static string Bold(string text) => IsPerson ? $"\e[1m{text}\e[0m" : text;
    public static string Dim(string text) => IsPerson ? $"\e[2m{text}\e[0m" : text;
    public static string Green(string text) => IsPerson ? $"\e[32m{text}\e[0m" : text;
    public static string Red(string text) => IsPerson ? $"\e[31m{text}\e[0m" : text;
}
