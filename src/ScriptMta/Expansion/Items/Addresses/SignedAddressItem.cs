namespace ScriptMta.Expansion;

/// <summary>
/// ${prvscheck{address}{secret}{result}}: $prvscheck_address and $prvscheck_keynum are there for the second and third string, $prvscheck_result for the third and
/// after it. A text that is no signed address yields nothing.
/// </summary>
sealed class SignedAddressItem(Node address, Node secret, Node? result) : Node
{
    const string AddressName = "prvscheck_address";
    const string KeyName = "prvscheck_keynum";
    const string ResultName = "prvscheck_result";

    public static Node? Read(TemplateReader reader, ItemRow row)
    {
        var arguments = ArgumentGrammar.ReadSome(reader, row.Name, 0, 3);
        if (arguments is null) return null;
        if (arguments.Length < 2) return reader.FailBraces($"Not enough arguments for '{row.Name}' (min is 1)");
        if (reader.Take('}')) return new SignedAddressItem(arguments[0], arguments[1], arguments.ElementAtOrDefault(2));
        return reader.Next == '{' && !reader.AtEnd ? reader.Fail($"Too many arguments for '{row.Name}' (max is 2)") : reader.FailBraces($"missing '}}' after '{row.Name}'");
    }

    public override ExpandedKind Append(Evaluation evaluation)
    {
        var variables = evaluation.Context.Variables;
        var kind = evaluation.Evaluate(address, out var text);
        if (kind != ExpandedKind.Ok) return kind;
        variables.Remove(ResultName);
        if (SignedAddress.Split(text.Text) is not { } parts) return AppendNothing(evaluation);
        variables[AddressName] = new Value(parts.Address, text.Taint);
        variables[KeyName] = Value.Clean(parts.KeyNumber);
        kind = AppendChecked(evaluation, parts, text.Taint);
        variables.Remove(AddressName);
        variables.Remove(KeyName);
        return kind;
    }

    ExpandedKind AppendChecked(Evaluation evaluation, SignedParts parts, Taint taint)
    {
        var kind = evaluation.Evaluate(secret, out var key);
        if (kind != ExpandedKind.Ok) return kind;
        if (SignedAddress.IsGood(evaluation, parts, key.Text)) evaluation.Context.Variables[ResultName] = Value.Clean("1");
        var shown = Value.Empty;
        if (result is not null) kind = evaluation.Evaluate(result, out shown);
        if (kind != ExpandedKind.Ok) return kind;
        return shown.Text.Length != 0 ? evaluation.Append(shown) : evaluation.Append(parts.Address, taint);
    }

    /// <summary>The strings are expanded all the same: an error in them is an error.</summary>
    ExpandedKind AppendNothing(Evaluation evaluation)
    {
        var kind = evaluation.Evaluate(secret, out _);
        return kind == ExpandedKind.Ok && result is not null ? evaluation.Evaluate(result, out _) : kind;
    }
}
