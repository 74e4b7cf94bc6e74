using System.Text.RegularExpressions;
using ScriptMta.Common;
using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Logging;

namespace ScriptMta.Fuzz;

/// <summary>${…}: read, and evaluated unless it would start programs, read files or connect. Loops in loops are not evaluated: they take as long as they say.</summary>
static partial class TemplateTarget
{
    const int MostLoops = 2;
    const int MostEvaluated = 5000;

    public const string Words = "${ $ { } : ${if_ ${lc: ${extract{ ${sg{ ${map{ ${reduce{ ${filter{ ${sort{ ${if_and{{ ${if_or{{ !eq{ eq{ match{ forany{ def: def:h_ $h_subject: ${h_x: \\N \\x41 \\ $1 ${local_part $value $item lsearch{ yes no fail {a}{b} , ; 1 -1 0x1f 1K { } ${substr_ ${hash_ ${length_3: ${listextract{ ${eval: "
        + "${expand: ${base64: ${md5: ${mask: ${utf8clean: ${rfc2047: ${address: ${addresses: match_domain{ match_ip{ inlist{ isip{ bool{ crypteq{ ${tr{ ${hmac{md5}{ ${nhash{ ${listquote{ json jsons ${acl{ <; <\\n _";

    static readonly ExpansionContext Context = new()
    {
        DryRun = true,
        Environment = new()
        {
            Clock = TimeProvider.System, PrimaryHostname = "mail.example.com", QualifyDomain = "example.com", QualifyRecipient = "example.com", Dns = new SilentDns(),
            Log = new MailLog(TimeProvider.System, _ => TextWriter.Null, LogOptions.Default),
        },
        Address = new() { LocalPart = "joe", Domain = "example.com" },
    };

    [GeneratedRegex("run|read|perl|lookup|auth|pam|radius|ldap|js|stat|exists|imap|env")]
    static partial Regex Outside { get; }

    [GeneratedRegex("map|reduce|filter|sort|forall|forany|sg")]
    static partial Regex Loops { get; }

    public static string Run(string text)
    {
        var template = Template.Parse(text, SourceLocation.BuiltIn("fuzz"));
        if (template.SyntaxError is { } wrong) return FuzzTarget.Kind(wrong);
        if (text.Length > MostEvaluated || Outside.IsMatch(text) || Loops.Count(text) > MostLoops) return "read only";
        var result = template.Expand(Context);
        return result.IsOk ? "text " + int.Log2(result.Text.Length + 1) : FuzzTarget.Kind(result.Error);
    }

    /// <summary>No name can be looked up.</summary>
    public sealed class SilentDns : IDnsResolver
    {
        public ValueTask<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancel) => ValueTask.FromResult<DnsAnswer>(new DnsAnswer.Again("nobody is asked"));
    }
}
