using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Queue;

/// <summary>bounce_message_file and warn_message_file (Exim chapter 50): items between lines of four asterisks, each expanded. What cannot be read or expanded is said by the standard text.</summary>
static class ReportTemplates
{
    /// <summary>It is read whole; one that is larger than this is none.</summary>
    const int LargestFile = 1 << 20;
    const string Separator = "****";

    /// <param name="context">With the variables that the items may use.</param>
    public static ReportTexts Read(Template? option, string optionName, ExpansionContext context)
    {
        if (option is null || Content(option, optionName, context) is not { } content) return new();
        var items = Items(content);
        return new(Item(items, 0, "header", context), Item(items, 1, "intro", context), Item(items, 2, "third", context));
    }

    static string? Content(Template option, string optionName, ExpansionContext context)
    {
        var log = context.Environment.Log;
        var name = option.Expand(context);
        if (name.Kind == ExpandedKind.ForcedFail) return null;
        var problem = !name.IsOk ? $"Failed to expand {optionName}: {name.Error}" : Sinks.FileName(name.Value, optionName, option);
        if (problem is null)
            try
            {
                var path = Latin1.ToUnicode(name.Text);
                if (new FileInfo(path).Length <= LargestFile) return Latin1.Decode(File.ReadAllBytes(path));
                problem = $"Failed to open {name.Text} for error message texts: it is larger than {LargestFile >> 20} MB";
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
            {
                problem = $"Failed to open {name.Text} for error message texts: {(error is FileNotFoundException or DirectoryNotFoundException ? "No such file or directory" : error.Message)}";
            }
        log.Panic(context.Message.Id, problem);
        return null;
    }

    static List<string> Items(string content)
    {
        var items = new List<string>();
        var lines = new List<string>();
        foreach (var line in content.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
            if (line == Separator)
            {
                items.Add(string.Join('\n', lines));
                lines.Clear();
            }
            else lines.Add(line);
        items.Add(string.Join('\n', lines));
        return items;
    }

    static string? Item(List<string> items, int place, string name, ExpansionContext context)
    {
        if (place >= items.Count || items[place].TrimSpace().Length == 0) return null;
        var expanded = TemplateCache.Get(items[place]).Expand(context);
        if (expanded.IsOk) return expanded.Text;
        context.Environment.Log.Panic(context.Message.Id, $"Failed to expand string from bounce_message_file or warn_message_file ({name}): {expanded.Error}");
        return null;
    }
}
