using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Logging;

namespace ScriptMta.Hosting;

/// <summary>Expands the main options that the real environment is made of, while it is being made.</summary>
sealed class ProvisionalContext(string configFile, TimeProvider clock, MailLog log, ProblemList problems)
{
    public string PrimaryHostname { get; set; } = "";
    public string SpoolDirectory { get; set; } = "";
    public string ConfigDirectory { get; } = Path.GetDirectoryName(configFile)!;

    /// <summary>Null when the option is unset or cannot be expanded (which is reported).</summary>
    public string? Expand(OptionReader main, string option)
    {
        return main.Text(option) is { } text ? Expand(text, option) : null;
    }

    public string? Expand(OptionText text, string option)
    {
        var result = Template.Parse(text).Expand(Context());
        if (result.IsOk) return result.Text;
        if (result.Kind != ExpandedKind.ForcedFail) problems.Error(text.At, $"failed to expand {option} \"{text.Text}\": {result.Error}");
        return null;
    }

    public IEnumerable<string> ExpandList(OptionReader main, string option) =>
        Expand(main, option) is { } text ? ListSyntax.Split(text).Select(i => i.Text).Where(t => t.Length != 0) : [];

    public ExpansionContext Context() => new()
    {
        Environment = new RuleEnvironment
        {
            Clock = clock, PrimaryHostname = PrimaryHostname, QualifyDomain = PrimaryHostname, QualifyRecipient = PrimaryHostname,
            SpoolDirectory = SpoolDirectory, ConfigFile = configFile, Dns = NoDns.Instance, Log = log,
        },
    };
}
