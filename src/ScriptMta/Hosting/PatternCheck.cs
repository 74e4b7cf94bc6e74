using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Hosting;

/// <summary>On a machine without libpcre2-8: a warning for each regular expression of the configuration that cannot run, or would mean something else, without it.</summary>
static class PatternCheck
{
    public static void Run(ConfigurationDocument document, ProblemList problems)
    {
        foreach (var text in Texts(document))
            foreach (var pattern in Patterns(text).Distinct(StringComparer.Ordinal))
                if (PcreOnly.Find(pattern, caseless: false) is { } only)
                    problems.Warn(text.At, $"the regular expression \"{pattern}\" has {only}, which only PCRE2 understands: install libpcre2-8, or what needs it fails");
    }

    static IEnumerable<OptionText> Texts(ConfigurationDocument document)
    {
        var blocks = document.Routers.Concat(document.Transports).Concat(document.Authenticators).Prepend(document.Main);
        return document.NamedLists.Select(list => list.Value)
            .Concat(blocks.SelectMany(block => block.Settings).Select(setting => setting.Value).OfType<OptionText>())
            .Concat(document.Acls.SelectMany(acl => acl.Lines).Select(Argument));
    }

    static OptionText Argument(LogicalLine line)
    {
        var rest = line.From(line.Text.IndexOf('=') + 1);
        return new(rest.Text, rest.At);
    }

    /// <summary>Those of match and sg, and the items of a list that need no expansion.</summary>
    static IEnumerable<string> Patterns(OptionText text)
    {
        var items = ListSyntax.Split(text.Text.Replace("\\N", "", StringComparison.Ordinal)).Select(item => item.Text.TrimStart('!', ' '));
        return Template.Parse(text).Patterns.Concat(items.Where(item => item.StartsWith('^') && !item.Contains('$')));
    }
}
