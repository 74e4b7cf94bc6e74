using ScriptMta.Hosting;
using ScriptMta.Language;

namespace ScriptMta.Fuzz;

/// <summary>The configuration reader, where each .include names the file itself; what it takes without an error is loaded whole.</summary>
static class ConfigurationTarget
{
    public const string Words = "begin_ acl routers transports retry rewrite authenticators ~ = _=_ : .ifdef_ .ifndef_ .endif .else .elifdef_ .include_ .include_/self A A=A A==B AB=A driver_=_ accept deny condition hide_ domainlist_ hostlist_ a \" \\ \\~ # , + ! acl_smtp_rcpt no_ not_ / ${if eq{ } yes 1h 10M _HAVE_TLS "
        + "redirect dnslookup manualroute smtp appendfile pipe * F,2h,15m; G,16h,1h,1.5 *@a.b S Eh $local_part ~_ ~router:~ ~__";

    static readonly string Loaded = Path.Combine(Directory.CreateTempSubdirectory("scriptmta-fuzz-loaded-").FullName, "fuzz.conf");

    public static string Run(string text)
    {
        var problems = new ProblemList();
        ConfigurationReader.ReadText(text, "/self", new() { BuiltInMacros = static () => ProductMacros.All, OpenFile = name => name == "/self" ? text : null }, problems);
        if (problems.HasErrors || text.Contains(".include", StringComparison.Ordinal) || text.Contains("${run", StringComparison.Ordinal)) return Kinds(problems);
        File.WriteAllText(Loaded, text, System.Text.Encoding.Latin1);
        using var pool = ConfigurationLoader.Load(new SiteRequest(Loaded, []), problems)?.Environment.Log;
        return "loaded " + Kinds(problems);
    }

    static string Kinds(ProblemList problems) => string.Join(',', problems.All.Take(2).Select(problem => FuzzTarget.Kind(problem.Message)));
}
