using System.Text;
using ScriptMta.Expansion;

namespace ScriptMta.Queue;

/// <summary>What -brt prints (Exim chapter 32): the rule that an address or domain, perhaps another domain, and an error would get.</summary>
static class RetryListing
{
    /// <param name="arguments">A domain or address; then a second domain (with a dot in it); then the name of an error.</param>
    /// <param name="sender">Null: rules with a senders list never match.</param>
    /// <returns>The text, and whether the arguments could be understood.</returns>
    public static (string Text, bool Good) Of(IReadOnlyList<string> arguments, string? sender, RetryRules rules, ExpansionContext context)
    {
        var output = new StringBuilder();
        var key = arguments[0];
        if (key.AsSpan().IndexOfAny('@', '.') < 0)
            output.Append($"Warning: \"{key}\" contains no '@' and no '.' characters. It is being \ntreated as a one-component domain, not as a local part.\n\n");
        var next = 1;
        var other = arguments.Count > next && arguments[next].Contains('.') ? arguments[next++] : null;
        var failure = default(RetryError);
        if (arguments.Count > next && arguments[next].Length > 0)
        {
            if (RetryError.Parse(arguments[next], out var error) is not { } named) return (output.Append(error).Append('\n').ToString(), false);
            if (RetryError.IsObsolete(arguments[next])) context.Environment.Log.Main(null, RetryError.ObsoleteWarning);
            failure = named;
        }
        // No error, or any: only rules for any error are asked.
        if (failure.Name is null or "*") failure = new("");
        output.Append(rules.Find(WithLocalPart(key), other is null ? null : "*@" + other, sender, failure, context) is { } rule ? Line(rule) : "No retry information found\n");
        return (output.ToString(), true);
    }

    static string WithLocalPart(string key) => key.Contains('@') ? key : "*@" + key;

    static string Line(RetryRule rule) => $"Retry rule: {rule.Text}  {rule.Error.Shown}  {string.Concat(rule.Steps.Select(s => $"{s}; "))}\n";
}
