using System.Text;

namespace ScriptMta.Expansion;

/// <summary>
/// A command line taken apart as Exim does for pipes and ${run (chapter 29.3): words at white space; a word may be quoted whole, with double quotes, where backslash
/// escapes count, or single ones, where nothing does. No shell is involved. Words are templates still.
/// </summary>
static class CommandWords
{
    public static List<string> Split(string command)
    {
        var words = new List<string>();
        for (var at = SkipSpace(command, 0); at < command.Length; at = SkipSpace(command, at))
            words.Add(command[at] == '\'' ? Verbatim(command, ref at) : Fields.Dequote(command, ref at));
        return words;
    }

    static string Verbatim(string command, ref int at)
    {
        var start = at + 1;
        var end = command.IndexOf('\'', start);
        at = end < 0 ? command.Length : end + 1;
        return end < 0 ? command[start..] : command[start..end];
    }

    static int SkipSpace(string text, int at)
    {
        while (at < text.Length && TemplateReader.IsSpace(text[at])) at++;
        return at;
    }
}
