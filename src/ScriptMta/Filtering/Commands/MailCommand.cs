using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Filtering;

/// <summary>filter.txt 3.14: mail and vacation. They do nothing for a bounce, so that two programs never answer each other.</summary>
sealed record MailCommand(SourceLocation At, CommandPrefix Prefix, bool IsVacation, ImmutableDictionary<string, Template> Arguments, bool ExpandFile, bool ReturnMessage)
    : FilterCommand(At)
{
    const string Where = "mail command";
    static readonly Template ReplyAddress = Template.Parse("$reply_address", SourceLocation.BuiltIn("mail command"));

    /// <summary>In the order in which -bf prints them.</summary>
    static readonly string[] Keywords = ["to", "cc", "bcc", "from", "reply_to", "subject", "extra_headers", "text", "file", "log", "once", "once_repeat"];

    public override bool Run(FilterRun run)
    {
        var values = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (var keyword in Keywords)
        {
            if (!Arguments.TryGetValue(keyword, out var template)) continue;
            if (!run.TryExpand(template, Where, out var value)) return false;
            if (Fault(keyword, value.Text) is { } fault) return run.Fail($"{fault} in \"{value.Text.Replace("\n", "\\n")}\" in mail command");
            values[keyword] = value;
        }
        TimeSpan? repeat = null;
        if (values.TryGetValue("once_repeat", out var interval) && (repeat = FilterTime.Parse(interval.Text)) is null)
            return run.Fail($"malformed time interval \"{interval.Text}\" for once_repeat in mail command");
        List(run, values);
        if (Prefix.IsSignificantOther) run.MarkSignificant();
        return run.Context.Message.Sender is { IsNull: true } || Add(run, values, repeat);
    }

    bool Add(FilterRun run, Dictionary<string, Value> values, TimeSpan? repeat)
    {
        if (!values.TryGetValue("to", out var to) && !run.TryExpand(ReplyAddress, Where, out to)) return false;
        run.Add(new FilterAction.Mail
        {
            To = to, Cc = Of("cc"), Bcc = Of("bcc"), From = Of("from"), ReplyTo = Of("reply_to"), Subject = Of("subject"),
            ExtraHeaders = Of("extra_headers"), Text = Of("text"), File = OrNull("file"), ExpandFile = ExpandFile, Log = OrNull("log"), Once = OrNull("once"),
            OnceRepeat = repeat, ReturnMessage = ReturnMessage, IsVacation = IsVacation, IsSignificant = Prefix.IsSignificantOther, NoError = Prefix.NoError,
        });
        return true;

        Value Of(string keyword) => values.GetValueOrDefault(keyword, Value.Empty);
        Value? OrNull(string keyword) => values.TryGetValue(keyword, out var value) ? value : null;
    }

    /// <summary>No value from a message may begin a header line of its own.</summary>
    static string? Fault(string keyword, string text) => keyword switch
    {
        "text" => null,
        "extra_headers" => HasOpenLine(text, HeaderNameFollows) ? "\\n not followed by space or valid header name" : Unprintable(text),
        "file" or "log" or "once" or "once_repeat" => text.Any(c => c is < ' ' or '\x7f') ? "non-printing character" : null,
        _ => HasOpenLine(text, (_, _) => false) ? "\\n not followed by space" : Unprintable(text),
    };

    static string? Unprintable(string text) => text.Any(c => c is (< ' ' and not ('\n' or '\t')) or '\x7f') ? "non-printing character" : null;

    static bool HasOpenLine(string text, Func<string, int, bool> isFine)
    {
        for (var at = text.IndexOf('\n'); at >= 0; at = text.IndexOf('\n', at + 1))
            if (!(at + 1 < text.Length && text[at + 1] is ' ' or '\t') && !isFine(text, at + 1)) return true;
        return false;
    }

    static bool HeaderNameFollows(string text, int at)
    {
        var start = at;
        while (at < text.Length && text[at] is > ' ' and < '\x7f' and not ':') at++;
        return at > start && at < text.Length && text[at] == ':';
    }

    void List(FilterRun run, Dictionary<string, Value> values)
    {
        var to = values.TryGetValue("to", out var given) && given.Text.Length > 0 ? given.Text : "<default>";
        run.List((Prefix.Seen == true ? "Seen mail" : "Mail") + $" to: {to}{(IsVacation ? " (vacation)" : "")}{(Prefix.NoError ? " (noerror)" : "")}");
        foreach (var keyword in Keywords.Skip(1))
            if (values.TryGetValue(keyword, out var value))
                run.List($"{keyword,7}: {value.Text}{(keyword == "file" && ExpandFile ? " (expanded)" : "")}");
        if (ReturnMessage) run.List("Return original message");
    }
}

/// <summary>Intervals as filters write them: 5d4h.</summary>
static class FilterTime
{
    public static TimeSpan? Parse(string text)
    {
        var total = TimeSpan.Zero;
        var at = 0;
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            if (at == start || at - start > 8 || at >= text.Length || Unit(text[at++]) is not { } unit) return null;
            total += unit * int.Parse(text.AsSpan(start, at - 1 - start));
        }
        return at == 0 ? null : total;
    }

    static TimeSpan? Unit(char letter) => letter switch
    {
        's' => TimeSpan.FromSeconds(1), 'm' => TimeSpan.FromMinutes(1), 'h' => TimeSpan.FromHours(1), 'd' => TimeSpan.FromDays(1), 'w' => TimeSpan.FromDays(7), _ => null,
    };
}
