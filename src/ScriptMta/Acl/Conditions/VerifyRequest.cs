using ScriptMta.Common;

namespace ScriptMta.Acl;

/// <summary>The argument of `verify`, taken apart: kind, "= argument" (sender=address), and the options between slashes; a doubled slash stands for one.</summary>
sealed record VerifyRequest(string Text, string Kind, string Argument, IReadOnlyList<string> Options)
{
    /// <summary>Of `csa`, whose argument follows a slash.</summary>
    public const string Csa = "csa";

    public bool HasArgument => Argument.Length > 0 || Text.TrimSpace().Length > Kind.Length && Text.TrimSpace()[Kind.Length..].TrimSpace().StartsWith('=');
    public bool Has(string option) => Options.Contains(option);

    public static VerifyRequest Parse(string text)
    {
        const char slash = '\u0001';
        var parts = text.Replace("//", slash.ToString()).Split('/').Select(p => p.Replace(slash, '/').TrimSpace()).ToArray();
        var equals = parts[0].IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? new(text, parts[0], "", parts[1..]) : new(text, parts[0][..equals].TrimSpaceAtEnd(), parts[0][(equals + 1)..].TrimSpaceAtStart(), parts[1..]);
    }
}
