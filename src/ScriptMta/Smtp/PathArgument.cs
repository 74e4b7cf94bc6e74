using ScriptMta.Common;

namespace ScriptMta.Smtp;

/// <summary>
/// The argument of MAIL FROM: or RCPT TO: taken apart from its end: ESMTP parameters (RFC 5321 4.1.2) as long as their names are known, the rest is the
/// path. An unknown parameter stays with the path, whose syntax error then names it, as Exim answers.
/// </summary>
readonly record struct PathArgument(string Path, IReadOnlyList<(string Name, string Value)> Parameters)
{
    static readonly IReadOnlyList<(string, string)> None = [];

    public static PathArgument Parse(string argument, Func<string, bool> isKnown)
    {
        // "AUTH=<>" is the only parameter that ends so.
        if (argument.EndsWith('>') && !argument.EndsWith("=<>", StringComparison.Ordinal)) return new(argument, None);
        var parameters = new List<(string, string)>();
        var path = argument;
        while (path.LastIndexOfAny([' ', '\t']) is var space && space > 0)
        {
            var word = path[(space + 1)..];
            var equals = word.LastIndexOf('=');
            var name = (equals < 0 ? word : word[..equals]).UpperAscii();
            if (!isKnown(name)) break;
            parameters.Add((name, equals < 0 ? "" : word[(equals + 1)..]));
            path = path[..space].TrimSpaceAtEnd();
        }
        return new(path, parameters);
    }
}
