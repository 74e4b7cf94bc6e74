namespace ScriptMta.Expansion;

/// <summary>forany_json, forall_json and their forms for strings: $item is each element of a JSON array.</summary>
static class JsonConditions
{
    public static readonly ConditionRow[] Rows =
    [
        Row("forany_json", decides: true, isString: false),
        Row("forany_jsons", decides: true, isString: true),
        Row("forall_json", decides: false, isString: false),
        Row("forall_jsons", decides: false, isString: true),
    ];

    static ConditionRow Row(string name, bool decides, bool isString) =>
        new(name, (reader, own) => LogicConditions.ReadForEach(reader, own, (array, condition) => new ForEachJsonCondition(array, condition, decides, isString, $"\"{name}\" condition")));
}

/// <param name="where">For the text of an error inside of the condition.</param>
sealed class ForEachJsonCondition(Node array, Condition condition, bool decides, bool isString, string where) : Condition
{
    public override ExpandedKind Test(Evaluation evaluation, out bool yes)
    {
        yes = false; // of an empty array, forall too is false, as Exim has it
        var kind = evaluation.Evaluate(array, out var text);
        if (kind != ExpandedKind.Ok) return kind;
        if (JsonExtractItem.Array(text.Text, out var members) is { } error) return evaluation.Fail(error);
        var outer = evaluation.Context.CurrentItem;
        for (var at = 0; JsonText.Next(members, ref at) is { } element;)
        {
            kind = TestOne(evaluation, element, text.Taint, out yes);
            if (kind != ExpandedKind.Ok || yes == decides) break;
        }
        evaluation.Context.CurrentItem = outer;
        return kind;
    }

    ExpandedKind TestOne(Evaluation evaluation, string element, Taint taint, out bool yes)
    {
        yes = false;
        if (isString)
        {
            if (JsonExtractItem.AsString(element, out var inside) is { } error) return evaluation.Fail(error);
            element = inside!;
        }
        evaluation.Context.CurrentItem = new Value(element, taint);
        return evaluation.Inside(condition.Test(evaluation, out yes), where);
    }
}
