using ScriptMta.Acl;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Routing;

namespace ScriptMta.Reception;

/// <summary>What accepting mail needs of one loaded configuration; a session keeps the one it began with. The Reception chapter adds its options and ACLs.</summary>
sealed record ReceptionRules
{
    public required RuleEnvironment Environment { get; init; }
    public required AddressRouter Router { get; init; }

    /// <summary>Binds the main options that Reception owns (acl_smtp_*, smtp_*, message_size_limit, local_interfaces, daemon_smtp_ports …). Null when there are errors.</summary>
    public static ReceptionRules? Load(ConfigurationDocument document, OptionReader main, RuleEnvironment environment, AddressRouter router) =>
        throw new NotImplementedException();

    /// <summary>For RuleEnvironment.RunAcl: ${acl{name}{arguments}}.</summary>
    public Expanded RunAcl(string name, IReadOnlyList<Value> arguments, ExpansionContext context) => throw new NotImplementedException();
}
