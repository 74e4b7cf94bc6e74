using System.CommandLine;
using ScriptMta.Common;

namespace ScriptMta.Cli;

/// <summary>The words of a filter on a command line, and the options that go with it.</summary>
sealed class FilterWords(bool isNeeded)
{
    public Argument<string[]> Words { get; } = new("filter")
    {
        Description = "Message ids, or conditions as in: rcpt.domain=example.com age>1h (\"scriptmta queue --help\" has them all)", Arity = isNeeded ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore,
    };

    public Option<int?> Limit { get; } = new("--limit") { Description = "No more than this many messages, the oldest first" };

    public void AddTo(Command command)
    {
        command.Arguments.Add(Words);
        command.Options.Add(Limit);
    }

    /// <summary>Several ids are any of them; all else is one expression.</summary>
    public void Fill(ParseResult result, Dictionary<string, string> options)
    {
        string[] words = [.. (result.GetValue(Words) ?? []).Select(Latin1.FromUnicode)];
        if (words.Length > 0) options["filter"] = words.All(static w => Mail.MessageId.TryParse(w, out _)) ? string.Join(" or ", words) : string.Join(' ', words);
        if (result.GetValue(Limit) is { } limit) options["limit"] = limit.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
