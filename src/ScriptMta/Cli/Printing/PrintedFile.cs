using System.Text;
using ScriptMta.Language;

namespace ScriptMta.Cli;

/// <summary>-bP config: the file as it was understood: macros replaced, comments and what conditionals left out gone, lines joined, sections indented.</summary>
sealed class PrintedFile(ConfigurationDocument document, bool indent, bool seesHidden)
{
    public IEnumerable<string> Lines()
    {
        yield return "# Exim Configuration (4.96)";
        yield return $"# 1 \"{document.File}\"";
        var (file, depth, inSection) = (document.File, 0, false);
        foreach (var line in document.Lines)
        {
            if (line.At.File != file) yield return $"# {line.At.Line} \"{file = line.At.File}\"";
            var text = Spaced(line.Text);
            if (!indent) yield return Shown(text);
            else if (text.StartsWith("begin ", StringComparison.Ordinal))
            {
                yield return "";
                yield return text;
                (depth, inSection) = (1, true);
            }
            else if (inSection && NameLine.Find(text) is { } name)
            {
                if (name.End == text.Length) yield return "";
                yield return $"  {text}";
                depth = 2;
            }
            else yield return new string(' ', 2 * depth) + Shown(text);
        }
    }

    /// <summary>White space outside quotes is one space each.</summary>
    static string Spaced(string text)
    {
        var (result, quoted) = (new StringBuilder(text.Length), false);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"' && (i == 0 || text[i - 1] != '\\')) quoted = !quoted;
            if (quoted || !CharKinds.IsSpace(text[i])) result.Append(text[i]);
            else if (!CharKinds.IsSpace(text[i - 1])) result.Append(' ');
        }
        return result.ToString();
    }

    /// <summary>Settings with one space after `hide`; and, like macros, without their value for those who may not see it.</summary>
    string Shown(string text)
    {
        if (!seesHidden && MacroTable.IsDefinition(text)) return $"{text[..CharKinds.SkipName(text, 0)]} = {PrintedBlock.NotDisplayable}";
        var start = SettingSyntax.SkipHide(text);
        if (start == 0) return text;
        var rest = text[start..];
        if (seesHidden || rest.IndexOf('=', StringComparison.Ordinal) is not (> 0 and var equals)) return $"hide {rest}";
        return $"hide {rest[..equals]}= {PrintedBlock.NotDisplayable}";
    }
}
