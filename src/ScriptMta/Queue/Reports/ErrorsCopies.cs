using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Mail;

namespace ScriptMta.Queue;

/// <summary>errors_copy (Exim 14.23): who else gets a bounce, by its recipient. The first item that matches counts.</summary>
sealed class ErrorsCopies
{
    sealed record Item(RuleList Pattern, Template Addresses);

    public static readonly ErrorsCopies None = new([]);

    readonly List<Item> _items;

    ErrorsCopies(List<Item> items) => _items = items;

    public static ErrorsCopies From(OptionReader main)
    {
        if (main.Text("errors_copy") is not { } text) return None;
        var items = new List<Item>();
        foreach (var item in ListSyntax.Split(text.Text).Where(i => i.Text.Length > 0))
            if (Cut(item.Text, out var pattern) is not { Length: > 0 } addresses) main.Error("errors_copy", $"\"{item.Text}\" has no addresses behind the pattern");
            else items.Add(new(RuleList.OneAddress(new OptionText(pattern, text.At)), main.Checked("errors_copy", new OptionText(addresses, text.At))));
        return new(items);
    }

    static string Cut(string item, out string pattern)
    {
        var space = item.AsSpan().IndexOfAny(' ', '\t', '\n');
        pattern = space < 0 ? item : item[..space];
        return space < 0 ? "" : item[space..].TrimSpace();
    }

    /// <summary>$local_part and $domain are those of the bounce's recipient. What cannot be decided or expanded copies to nobody, and the panic log says so.</summary>
    public IReadOnlyList<MailAddress> For(MailAddress recipient, ExpansionContext message)
    {
        foreach (var item in _items)
        {
            var context = message.ForAddress(new AddressFacts { LocalPart = recipient.LocalPart, Domain = recipient.Domain.LowerAscii() });
            var match = item.Pattern.MatchToRewrite(recipient.ToString(), context).Match;
            if (match.IsDefer) context.Environment.Log.Panic(message.Message.Id, $"errors_copy: {match.Reason}");
            if (!match.IsYes) continue;
            var expanded = item.Addresses.Expand(context);
            if (expanded.IsOk) return [.. AddressTexts.Of(expanded.Text)];
            context.Environment.Log.Panic(message.Message.Id, $"Failed to expand errors_copy \"{item.Addresses.Source}\": {expanded.Error}");
            return [];
        }
        return [];
    }
}
