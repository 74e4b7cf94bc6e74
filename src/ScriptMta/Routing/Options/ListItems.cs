using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Routing;

/// <summary>List options whose default separator is not always a colon. Empty items are left out, since no router option gives them a meaning.</summary>
static class ListItems
{
    public static IEnumerable<string> Split(string text, char separator = ':') =>
        new ListText(separator == ':' || text.TrimSpaceAtStart().StartsWith('<') ? text : $"<{separator}{text}").ToList().Where(item => item.Length > 0);
}
