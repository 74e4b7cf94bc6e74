using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Routing;

namespace ScriptMta.Hosting;

/// <summary>
/// What the chapters cannot know while they bind their options: whether each lookup type and JavaScript function that a template names is there.
/// Syntax errors are reported where an option is bound; those of named lists here, since nobody may use one before the first message.
/// </summary>
sealed class TemplateCheck
{
    readonly RuleEnvironment _environment;
    readonly ProblemList _problems;

    TemplateCheck(RuleEnvironment environment, ProblemList problems) => (_environment, _problems) = (environment, problems);

    public static void Run(ConfigurationDocument document, RewriteRules rewrite, RuleEnvironment environment, ProblemList problems)
    {
        var check = new TemplateCheck(environment, problems);
        foreach (var list in document.NamedLists) check.NamedList(list);
        check.Block(document.Main, MainOptionTable.Table);
        foreach (var block in document.Routers) check.Block(block, RouterOptionTables.Tables.Find(DriverTables.DriverOf(block) ?? ""));
        foreach (var block in document.Authenticators) check.Block(block, AuthenticatorOptionTables.Tables.Find(DriverTables.DriverOf(block) ?? ""));
        check.Rewriting(rewrite);
        foreach (var block in document.Transports) check.Block(block, TransportOptionTables.Tables.Find(DriverTables.DriverOf(block) ?? ""));
    }

    void NamedList(NamedList list)
    {
        if (Template.Parse(list.Value).Problem(_environment) is { } problem) _problems.Error(list.Value.At, $"list \"{list.Name}\": {problem}");
    }

    /// <summary>A rule that cannot work is passed over, as in Exim, so that it is no reason to refuse mail.</summary>
    void Rewriting(RewriteRules rules)
    {
        foreach (var template in rules.Templates)
            if (template.Problem(_environment) is { } problem) _problems.Warn(template.At, $"rewriting rule: {problem}");
    }

    void Block(SettingBlock block, OptionTable? table)
    {
        foreach (var setting in block.Settings)
            if (setting.Value is { } value && table?.Find(setting.Name) is { Status: OptionStatus.Built } row && HoldsTemplate(row.Type))
                Report($"{OptionReader.OwnerOf(block)}: {setting.Name}", Template.Parse(value));
    }

    void Report(string owner, Template template)
    {
        if (template.SyntaxError is null && template.Problem(_environment) is { } problem) _problems.Error(template.At, $"{owner}: {problem}");
    }

    static bool HoldsTemplate(OptionType type) => type is not (OptionType.Bool or OptionType.Int or OptionType.LongInt or OptionType.Octal or OptionType.FixedPoint or OptionType.Time or OptionType.TimeList or OptionType.Text);
}
