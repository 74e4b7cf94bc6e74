using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>Templates and lists out of option values, in one way for all chapters: a syntax error is an error of the load, at the option's place.</summary>
static class OptionTemplates
{
    /// <summary>Null when the option is unset.</summary>
    public static Template? Template(this OptionReader reader, string name) => reader.Text(name) is { } text ? reader.Checked(name, text) : null;

    /// <summary>A part of the option's value that is a template of its own, or one of several settings of the option.</summary>
    public static Template Checked(this OptionReader reader, string name, OptionText text)
    {
        var template = Expansion.Template.Parse(text);
        Report(reader, name, template);
        return template;
    }

    /// <summary>Null when the option is unset.</summary>
    public static RuleList? List(this OptionReader reader, string name, Func<OptionText, RuleList> make)
    {
        if (reader.Text(name) is not { } text) return null;
        var list = make(text);
        Report(reader, name, list.Template);
        return list;
    }

    static void Report(OptionReader reader, string name, Template template)
    {
        if (template.SyntaxError is { } error) reader.Problems.Error(template.At, $"{reader.Owner}: {name}: {error}");
    }
}
