namespace ScriptMta.Expansion;

/// <summary>A condition: any number of "!", a name or comparison sign, and its arguments (Exim 11.7).</summary>
static class ConditionGrammar
{
    // The piece of text that Exim shows where a name should stand.
    const int ShownText = 16;

    public static Condition? Read(TemplateReader reader)
    {
        var negate = false;
        for (reader.SkipSpace(); reader.Take('!'); reader.SkipSpace()) negate = !negate;
        var name = reader.ReadConditionName();
        if (ConditionTable.Find(name) is not { } row)
        {
            reader.Fail(name.Length == 0 ? $"condition name expected, but found \"{Shown(reader.Rest)}\"" : $"unknown condition \"{name}\"");
            return null;
        }
        var condition = row.Read(reader, row.Name);
        return condition is not null && negate ? new NotCondition(condition) : condition;
    }

    /// <summary>Exactly <paramref name="count"/> {arguments}.</summary>
    public static Node[]? ReadArguments(TemplateReader reader, string name, int count)
    {
        var arguments = new Node[count];
        for (var i = 0; i < count; i++)
        {
            reader.SkipSpace();
            if (!reader.Take('{'))
            {
                reader.FailBraces(i == 0 ? $"missing {{ after \"{name}\"" : $"missing 2nd string in {{}} after \"{name}\"");
                return null;
            }
            if (reader.ReadBraced() is not { } argument) return null;
            reader.At++;
            arguments[i] = argument;
        }
        return arguments;
    }

    /// <summary>An error inside a nested condition says where that condition stands.</summary>
    public static Condition? ReadNested(TemplateReader reader, string where)
    {
        var condition = Read(reader);
        if (condition is null) reader.AddToError($" inside {where}");
        return condition;
    }

    public static string Shown(string rest) => rest.Length > ShownText ? rest[..ShownText] : rest;
}
