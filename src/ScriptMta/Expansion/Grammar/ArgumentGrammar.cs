namespace ScriptMta.Expansion;

/// <summary>The parts that items share: {argument} sequences and the {yes}{no} end.</summary>
static class ArgumentGrammar
{
    /// <summary>All {arguments} and the item's closing brace.</summary>
    public static Node[]? ReadAll(TemplateReader reader, string item, int fewest, int most)
    {
        var arguments = ReadSome(reader, item, fewest, most);
        if (arguments is null || reader.Take('}')) return arguments;
        if (reader.Next == '{' && !reader.AtEnd) reader.Fail($"Too many arguments for '{item}' (max is {most})");
        else reader.FailBraces($"missing '}}' after '{item}'");
        return null;
    }

    /// <summary>As many {arguments} as there are, up to <paramref name="most"/>.</summary>
    public static Node[]? ReadSome(TemplateReader reader, string item, int fewest, int most)
    {
        var arguments = new List<Node>(most);
        reader.SkipSpace();
        while (arguments.Count < most && reader.Take('{'))
        {
            if (reader.ReadBraced() is not { } argument) return null;
            arguments.Add(argument);
            reader.At++;
            reader.SkipSpace();
        }
        if (arguments.Count >= fewest) return [.. arguments];
        reader.FailBraces($"Not enough arguments for '{item}' (min is {fewest})");
        return null;
    }

    /// <summary>{yes}{no}, {yes} fail, {yes} or nothing, and the item's closing brace.</summary>
    public static Branch? ReadBranch(TemplateReader reader, string item)
    {
        reader.SkipSpace();
        if (reader.Take('}')) return new Branch(item, null, null, false);
        if (!reader.Take('{')) return Wrong(reader, "'yes' part did not start with '{'");
        if (reader.ReadBraced() is not { } yes) return null;
        reader.At++;
        reader.SkipSpace();
        Node? no = null;
        var fails = false;
        if (reader.Take('{'))
        {
            no = reader.ReadBraced();
            if (no is null) return null;
            reader.At++;
        }
        else if (reader.Next != '}')
        {
            fails = reader.ReadName("_") is "fail";
            if (!fails) return Stop(reader, $"syntax error in \"{item}\" item - \"fail\" expected");
        }
        reader.SkipSpace();
        return reader.Take('}') ? new Branch(item, yes, no, fails) : Wrong(reader, "did not close with '}'");
    }

    static Branch? Wrong(TemplateReader reader, string where)
    {
        reader.FailBraces($"curly-bracket problem in conditional yes/no parsing: {where}\n remaining string is '{reader.Rest}'");
        return null;
    }

    static Branch? Stop(TemplateReader reader, string error)
    {
        reader.Fail(error);
        return null;
    }
}
