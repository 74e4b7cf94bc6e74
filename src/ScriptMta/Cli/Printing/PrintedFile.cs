using ScriptMta.Language;

namespace ScriptMta.Cli;

/// <summary>-bP config: the file as it was understood: macros replaced, comments and what conditionals left out gone, lines joined, sections indented.</summary>
static class PrintedFile
{
    public static IEnumerable<string> Lines(ConfigurationDocument document, bool indent)
    {
        yield return "# Exim Configuration (4.96)";
        yield return $"# 1 \"{document.File}\"";
        var (file, depth, inSection) = (document.File, 0, false);
        foreach (var line in document.Lines)
        {
            if (line.At.File != file) yield return $"# {line.At.Line} \"{file = line.At.File}\"";
            if (!indent) yield return Shown(line.Text);
            else if (line.Text.StartsWith("begin ", StringComparison.Ordinal))
            {
                yield return "";
                yield return line.Text;
                (depth, inSection) = (1, true);
            }
            else if (inSection && NameLine.Find(line.Text) is { } name)
            {
                if (name.End == line.Text.Length) yield return "";
                yield return $"  {line.Text}";
                depth = 2;
            }
            else yield return new string(' ', 2 * depth) + Shown(line.Text);
        }
    }

    /// <summary>Settings with one space after `hide`; and without their value for those who may not see it.</summary>
    static string Shown(string text)
    {
        var start = SettingSyntax.SkipHide(text);
        if (start == 0) return text;
        var rest = text[start..];
        if (PrintedBlock.MaySeeHidden || rest.IndexOf('=', StringComparison.Ordinal) is not (> 0 and var equals)) return $"hide {rest}";
        return $"hide {rest[..equals]}= {PrintedBlock.NotDisplayable}";
    }
}
