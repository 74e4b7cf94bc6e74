namespace ScriptMta.Expansion;

/// <summary>${extract json{key or number}{text}…}; with "jsons" the quotes of a string are taken off.</summary>
sealed class JsonExtractItem(Node key, Node data, Branch branch, bool isString) : Node
{
    public static Node? Read(TemplateReader reader, ItemRow row, bool isString)
    {
        if (reader.ReadArgument("missing '{' for arg 1 of extract") is not { } key) return null;
        if (reader.ReadArgument("missing '{' for arg 2 of extract") is not { } data) return null;
        return ArgumentGrammar.ReadBranch(reader, row.Name) is { } branch ? new JsonExtractItem(key, data, branch, isString) : null;
    }

    public override ExpandedKind Append(Evaluation evaluation)
    {
        var kind = evaluation.Evaluate(key, out var name);
        if (kind != ExpandedKind.Ok) return kind;
        var wanted = name.Text.Trim(' ', '\t', '\n', '\r');
        if (wanted.Length == 0) return evaluation.Fail("first argument of \"extract\" must not be empty");
        kind = evaluation.Evaluate(data, out var text);
        if (kind != ExpandedKind.Ok) return kind;
        var error = Fields.IsNumber(wanted) ? Element(text.Text, Fields.FieldNumber(wanted), out var found) : Member(text.Text, wanted, out found);
        if (error is null && isString && found is not null) error = AsString(found, out found);
        return error is null ? branch.Append(evaluation, found is null ? null : new Value(found, text.Taint)) : evaluation.Fail(error);
    }

    /// <summary>Takes the quotes off; null when it went well.</summary>
    public static string? AsString(string json, out string? text)
    {
        text = JsonText.Unwrap(json, '"', '"', out var missing);
        return text is null ? $"missing '{missing}' wrapping string result for extract jsons" : null;
    }

    /// <summary>The inside of an array; null when it went well.</summary>
    public static string? Array(string json, out string members)
    {
        members = JsonText.Unwrap(json, '[', ']', out var missing) ?? "";
        return members.Length == 0 && JsonText.Unwrap(json, '[', ']', out _) is null ? $"missing '{missing}' wrapping array for extract json" : null;
    }

    static string? Element(string json, int number, out string? found)
    {
        found = null;
        if (Array(json, out var members) is { } error) return error;
        if (number <= 0) return "first argument of \"extract\" must be greater than zero";
        for (var at = 0; number > 0 && JsonText.Next(members, ref at) is { } element; number--) found = number == 1 ? element.TrimEnd(' ', '\t', '\n', '\v', '\f', '\r') : null;
        return null;
    }

    static string? Member(string json, string name, out string? found)
    {
        found = null;
        if (JsonText.Unwrap(json, '{', '}', out var missing) is not { } members) return $"missing '{missing}' wrapping object for extract json";
        for (var at = 0; JsonText.Next(members, ref at) is { } member;)
        {
            if (JsonText.Unwrap(member, '"', '"', out missing) is not { } key) return $"missing '{missing}' wrapping string key for extract json";
            if (key != name) continue;
            var colon = JsonText.SkipSpace(member, key.Length + 2);
            if (colon >= member.Length || member[colon] != ':') return "missing object value-separator for extract json";
            found = member[JsonText.SkipSpace(member, colon + 1)..];
            break;
        }
        return null;
    }
}
