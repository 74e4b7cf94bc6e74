using ScriptMta.Acl;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Lookups;
using ScriptMta.Routing;
using ScriptMta.Spool;

namespace ScriptMta.Reception;

/// <summary>What accepting mail needs of one loaded configuration; a session keeps the one it began with.</summary>
sealed record ReceptionRules
{
    public required RuleEnvironment Environment { get; init; }
    public required AddressRouter Router { get; init; }
    public ReceptionOptions Options { get; init; } = ReceptionOptions.Default;
    public required AclRunner Acls { get; init; }

    /// <summary>Environment of the result has RunAcl set: give that one to whatever else expands templates of this configuration. Binds the main options that Reception owns (acl_smtp_*, smtp_*, message_size_limit, local_interfaces, daemon_smtp_ports …). Null when there are errors, or no router to work with.</summary>
    public static ReceptionRules? Load(ConfigurationDocument document, OptionReader main, RuleEnvironment environment, AddressRouter? router, HintStore hints, Callouts? callouts = null)
    {
        var before = Errors(main);
        var options = ReceptionOptionsReader.Read(main, environment) with { Auth = AuthOptions.From(main, document.Authenticators) };
        var acls = new AclRunner(AclSet.Load(document.Acls, main), router)
        {
            Hints = hints, Content = ContentOptions.From(main), Callouts = callouts, Csa = CsaSearch.From(main), ReturnErrorDetails = options.ReturnErrorDetails,
        };
        ScriptCondition.Check(acls.Set, environment.Scripts, main.Problems);
        AclTemplates.Check(acls.Set, environment, main.Problems);
        ContentOptions.CheckUse(acls.Set, main, main.Problems);
        return router is null || Errors(main) > before ? null : new() { Environment = environment with { RunAcl = acls.Expand }, Router = router, Options = options, Acls = acls };
    }

    /// <summary>For RuleEnvironment.RunAcl: ${acl{name}{arguments}}.</summary>
    public Expanded RunAcl(string name, IReadOnlyList<Value> arguments, ExpansionContext context) => Acls.Expand(name, arguments, context);

    static int Errors(OptionReader main) => main.Problems.All.Count(p => !p.IsWarning);
}
