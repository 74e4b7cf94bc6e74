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
        Perl = Perl,
        KeptEnvironment = Kept,
    };

    /// <summary>perl_startup and keep_environment of oracle.conf.</summary>
    static readonly PerlInterpreter Perl = new(new() { Startup = $"do '{ExpansionCases.Folder}/programs/cases.pl'" });
    static readonly Dictionary<string, string> Kept = ((string[])["PATH", "HOME"]).Where(name => System.Environment.GetEnvironmentVariable(name) is not null)
        .ToDictionary(name => name, name => System.Environment.GetEnvironmentVariable(name)!);

    public static ExpansionContext Context(RuleEnvironment? environment = null) => new() { Environment = environment ?? Environment() };

    /// <summary>For the cases of a file.</summary>
    public static ExpansionContext ContextOf(string file)
    {
        var context = Context();
        if (ExpansionCases.Sender(file) is { } sender) context.Message.Sender = new(sender[..sender.IndexOf('@')], sender[(sender.IndexOf('@') + 1)..]);
        return context;
    }

    public static string Be(string text, ExpansionContext? context = null) => Printed(Template.Parse(text, At).Expand(context ?? Context()));

    public static string Printed(Expanded result) => result.IsOk ? result.Text : "Failed: " + result.Error;

    public static SourceLocation At => new("test", 1, 1);

    /// <summary>The named lists of oracle.conf.</summary>
    static readonly IReadOnlyList<NamedList> Lists = ConfigurationReader.ReadText(
        ExpansionCases.Placed(File.ReadAllText(Path.Combine(ExpansionCases.Folder, "oracle.conf"))), "oracle.conf", new ReadOptions(), new ProblemList()).NamedLists;

    /// <summary>The two ACLs of oracle.conf, since no ACL chapter stands below this one.</summary>
    static Expanded RunAcl(string name, IReadOnlyList<Value> arguments, ExpansionContext context) => name switch
    {
        "yes" => Expanded.Ok(new($"from-yes {(arguments.Count > 0 ? arguments[0].Text : "")}/{arguments.Count}", arguments.Count > 0 ? arguments[0].Taint : Taint.Clean)),
        "no" => Expanded.ForcedFail("from-no"),
        _ => Expanded.Failed($"ERROR from acl \"{name}\""),
    };
}
