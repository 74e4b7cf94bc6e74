using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>One item of a list, parsed. Immutable and shared between threads; what changes lives in the subject.</summary>
abstract class ListPattern
{
    public abstract ItemResult Test(ListSubject subject);

    /// <summary>For tables: what must stand in the subject if this is to match; null = anything might.</summary>
    public virtual TableKey? Key => null;
}

/// <summary>A name by itself. Data is the item as written (Exim 10.9: "the list element string").</summary>
sealed class LiteralPattern(string text) : ListPattern
{
    readonly string _lower = AsciiCase.Lower(text);

    public string Text { get; } = text;

    public override TableKey? Key => new(TableKind.Name, Text);

    public override ItemResult Test(ListSubject subject)
    {
        if (!string.Equals(subject.Compared, subject.Caseless ? _lower : Text, StringComparison.Ordinal)) return ItemResult.No;
        subject.SetCaptures(subject.Compared);
        return ItemResult.Yes(new Value(Text, subject.ListTaint));
    }
}

/// <summary>"*rest": the subject ends with the rest; $1 is what the asterisk stood for.</summary>
sealed class SuffixPattern(string text) : ListPattern
{
    readonly string _suffix = text[1..];

    readonly string _lower = AsciiCase.Lower(text[1..]);

    public override TableKey? Key => _suffix.StartsWith('.') ? new(TableKind.Name, text) : null;

    public override ItemResult Test(ListSubject subject)
    {
        var compared = subject.Compared;
        if (!compared.EndsWith(subject.Caseless ? _lower : _suffix, StringComparison.Ordinal)) return ItemResult.No;
        subject.SetCaptures(compared, compared[..(compared.Length - _suffix.Length)]);
        return ItemResult.Yes(new Value(text, subject.ListTaint));
    }
}

/// <summary>"^…". Data is the item; $0 is the whole subject (not only the part that matched), $1… the groups.</summary>
sealed class RegexPattern : ListPattern
{
    readonly string _text;
    readonly Pattern? _caseless;
    readonly string _error;

    public RegexPattern(string text)
    {
        _text = text;
        _caseless = Pattern.Compile(text, caseless: true, out var error);
        _error = _caseless is null ? $"regular expression error: {error[(error.LastIndexOf("\": ", StringComparison.Ordinal) + 3)..]} while compiling {text}" : "";
    }

    public override ItemResult Test(ListSubject subject)
    {
        var pattern = subject.Caseless ? _caseless : Pattern.Compile(_text, caseless: false, out _);
        if (pattern is null) return ItemResult.Defer(_error);
        var match = pattern.Match(subject.Text);
        if (match.IsDefer) return ItemResult.Defer(match.Reason ?? "");
        if (!match.IsYes) return ItemResult.No;
        subject.SetCaptures([subject.Text, .. match.Groups.Skip(1)]);
        return ItemResult.Yes(new Value(_text, subject.ListTaint));
    }
}

/// <summary>An item that cannot be understood: always the same deferral.</summary>
sealed class BrokenPattern(string reason) : ListPattern
{
    public override ItemResult Test(ListSubject subject) => ItemResult.Defer(reason);
}
