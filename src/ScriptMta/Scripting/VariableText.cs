using ScriptMta.Expansion;

namespace ScriptMta.Scripting;

/// <summary>Variables of the rules by name, for scripts.</summary>
static class VariableText
{
    /// <summary>Null for a name that is no variable, or whose value cannot be told now.</summary>
    public static Value? Of(string name, ExpansionContext context)
    {
        foreach (var character in name)
            if (!char.IsAsciiLetterOrDigit(character) && character != '_') return null;
        if (name.Length == 0) return null;
        var expanded = TemplateCache.Get($"${{{name}}}").Expand(context);
        return expanded.IsOk ? expanded.Value : null;
    }
}
