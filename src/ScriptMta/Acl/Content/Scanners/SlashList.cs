using ScriptMta.Language;

namespace ScriptMta.Acl;

/// <summary>The arguments of malware and spam: a list between slashes, or between the character that "&lt;" names (Exim 45.1).</summary>
static class SlashList
{
    public static List<string> Split(string text)
    {
        var separator = ListSyntax.Separator(text, out var position);
        if (position == 0 || text[position - 1] != separator) separator = '/';
        var items = new List<string>();
        while (ListSyntax.TryNext(text, separator, ref position, out var item)) items.Add(item.Text);
        return items;
    }
}
