using System.Collections.Frozen;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Logging;
using ScriptMta.Lookups;
using ScriptMta.Tests.Dns;

namespace ScriptMta.Tests.Expansion;

/// <summary>A context like that of cases/oracle.conf, and the way "exim4 -be" prints a result.</summary>
static class ExpansionFixture
{
    public static RuleEnvironment Environment(TimeProvider? clock = null) => new()
    {
        Clock = clock ?? TimeProvider.System,
        PrimaryHostname = "mail.example.com",
        QualifyDomain = "mail.example.com",
        QualifyRecipient = "mail.example.com",
        SpoolDirectory = "/var/spool/exim4",
        Dns = new FakeDns(),
        Log = new MailLog(TimeProvider.System, _ => TextWriter.Null, LogOptions.Default),
        NamedLists = Lists.ToFrozenDictionary(list => (list.Kind, list.Name)),
        RunAcl = RunAcl,
        Lookups = LookupTypes.All(),
    };

    public static ExpansionContext Context(RuleEnvironment? environment = null) => new() { Environment = environment ?? Environment() };

    public static string Be(string text, ExpansionContext? context = null) => Printed(Template.Parse(text, At).Expand(context ?? Context()));

    public static string Printed(Expanded result) => result.IsOk ? result.Text : "Failed: " + result.Error;

    public static SourceLocation At => new("test", 1, 1);

    static readonly NamedList[] Lists =
    [
        List(NamedListKind.Domain, "locals", "a.b : c.d"), List(NamedListKind.Address, "people", "x@a.b : *@c.d"),
        List(NamedListKind.Host, "nets", "192.0.2.0/24 : 2001::db8::::/32"), List(NamedListKind.LocalPart, "staff", "ann : bob"),
    ];

    static NamedList List(NamedListKind kind, string name, string text) => new(kind, name, new OptionText(text, At), Cache: false);

    /// <summary>The two ACLs of oracle.conf, since no ACL chapter stands below this one.</summary>
    static Expanded RunAcl(string name, IReadOnlyList<Value> arguments, ExpansionContext context) => name switch
    {
        "yes" => Expanded.Ok(Value.Clean($"from-yes {(arguments.Count > 0 ? arguments[0].Text : "")}/{arguments.Count}")),
        "no" => Expanded.ForcedFail("from-no"),
        _ => Expanded.Failed($"ERROR from acl \"{name}\""),
    };
}
