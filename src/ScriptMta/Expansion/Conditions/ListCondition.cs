using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>
/// match_domain and its family (Exim 11.7). The list is not expanded, so that "$" in it stands for itself; only match_ip expands it, as host lists everywhere.
/// What the item that decided gives is $value until the end of the if, a negative item's too.
/// </summary>
sealed class ListCondition : Condition
{
    readonly Node _subject;
    readonly string _text;
    readonly NamedListKind _kind;
    readonly ParsedList? _parsed;

    public ListCondition(Node subject, string text, NamedListKind kind)
    {
        (_subject, _text, _kind) = (subject, text, kind);
        if (kind != NamedListKind.Host || text.AsSpan().IndexOfAny('$', '\\') < 0) _parsed = ParsedList.Parse(text, kind);
    }

    public override ExpandedKind Test(Evaluation evaluation, out bool yes)
    {
        yes = false;
        var kind = evaluation.Evaluate(_subject, out var value);
        if (kind != ExpandedKind.Ok) return kind;
        if (_kind == NamedListKind.Host && value.Text.Length != 0 && IpText.Version(value.Text) == 0) return evaluation.Fail($"\"{value.Text}\" is not an IP address");
        var subject = new ListSubject
        {
            Context = evaluation.Context, Kind = _kind, Text = value.Text, Taint = value.Taint, IpOnly = true, Captures = _kind is NamedListKind.Domain or NamedListKind.LocalPart,
        };
        if (Items(subject, out var why) is not { } items) return evaluation.Defer(Incomplete(why));
        var match = items.Test(subject);
        if (!subject.HasCaptured && _kind != NamedListKind.Host) evaluation.Context.Captures = [];
        if (match.IsDefer) return evaluation.Defer(Incomplete(match.Reason));
        yes = match.IsYes;
        if (yes || subject.Data is not null) evaluation.Context.CurrentValue = subject.Data ?? Value.Empty;
        return ExpandedKind.Ok;
    }

    ParsedList? Items(ListSubject subject, out string why)
    {
        why = "";
        if (_parsed is not null) return _parsed;
        var expanded = TemplateCache.Get(_text).Expand(subject.Context);
        why = expanded.Error;
        if (!expanded.IsOk) return null;
        subject.ListTaint = expanded.Value.Taint;
        return ParsedList.Parse(expanded.Text, _kind);
    }

    string Incomplete(string? why) => $"unable to complete match against \"{_text}\": {why}";
}
