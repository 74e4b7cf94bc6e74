using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>Exim's log lines of content scanning (chapter 45).</summary>
static class ContentLog
{
    public static void BadPattern(ExpansionContext context, string pattern, string reason) => Write(context, $"regex acl condition warning - error in regex '{pattern}': {reason}, skipped.");

    public static void TaintedFile(ExpansionContext context, string file) => Write(context, $"Tainted filename '{file}'");

    public static void NotDecoded(ExpansionContext context, string condition, string reason) => Write(context, $"{condition} acl condition warning - could not decode MIME part to file: {reason}");

    public static void Malware(ExpansionContext context, string text) => Write(context, $"malware acl condition: {text}");

    public static void Spam(ExpansionContext context, string text) => Write(context, $"spam acl condition: {text}");

    static void Write(ExpansionContext context, string text) => context.Environment.Log.Main(context.Message.Id, text);
}
