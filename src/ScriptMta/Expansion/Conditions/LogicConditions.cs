namespace ScriptMta.Expansion;

/// <summary>and, or, def, bool, and the conditions that ask one condition of each list item.</summary>
static class LogicConditions
{
    public static readonly ConditionRow[] Rows =
    [
        new("and", (reader, name) => ReadGroup(reader, name, decides: false)),
        new("or", (reader, name) => ReadGroup(reader, name, decides: true)),
        new("def", ReadDefined),
        new("forany", (reader, name) => ReadForEach(reader, name, (list, condition) => new ForEachCondition(list, condition, decides: true))),
        new("forall", (reader, name) => ReadForEach(reader, name, (list, condition) => new ForEachCondition(list, condition, decides: false))),
        new("bool", ReadBool),
        ConditionRow.Call("bool_lax", 1, TestBoolLax),
    ];

    static GroupCondition? ReadGroup(TemplateReader reader, string name, bool decides)
    {
        reader.SkipSpace();
        if (!reader.Take('{')) return Fail<GroupCondition>(reader, $"missing {{ after \"{name}\"");
        var parts = new List<Condition>();
        for (reader.SkipSpace(); !reader.Take('}'); reader.SkipSpace())
        {
            if (!reader.Take('{')) return Fail<GroupCondition>(reader, $"each subcondition inside an \"{name}{{...}}\" condition must be in its own {{}}");
            if (reader.ReadNested($"\"{name}{{...}}\" condition") is not { } part) return null;
            reader.SkipSpace();
            if (!reader.Take('}')) return Fail<GroupCondition>(reader, $"missing }} at end of condition inside \"{name}\" group");
            parts.Add(part);
        }
        return new GroupCondition([.. parts], decides);
    }

    static Condition? ReadDefined(TemplateReader reader, string name)
    {
        if (!reader.Take(':')) return Fail<Condition>(reader, "\":\" expected after \"def\"");
        var start = reader.At;
        var variable = reader.ReadName("_");
        if (HeaderReference.TryPrefix(variable, out _, out var prefix))
        {
            reader.At = start + prefix;
            return new HeaderDefinedCondition(reader.ReadHeaderName());
        }
        if (variable.Length == 0) return Fail<Condition>(reader, "variable name omitted after \"def:\"");
        return VariableTable.Find(variable, out var why) is { } read ? new DefinedCondition(new VariableNode(read), variable.ToString())
            : Fail<Condition>(reader, $"unknown variable \"{variable}\" after \"def:\"{why}");
    }

    /// <summary>{list}{condition}, for whatever asks the condition of each item.</summary>
    public static Condition? ReadForEach(TemplateReader reader, string name, Func<Node, Condition, Condition> make)
    {
        reader.SkipSpace();
        if (!reader.Take('{')) return Fail<Condition>(reader, $"missing {{ after \"{name}\"");
        if (reader.ReadBraced() is not { } list) return null;
        reader.At++;
        reader.SkipSpace();
        if (!reader.Take('{')) return Fail<Condition>(reader, $"missing {{ after \"{name}\"");
        if (reader.ReadNested($"\"{name}\" condition") is not { } condition) return null;
        reader.SkipSpace();
        return reader.Take('}') ? make(list, condition) : Fail<Condition>(reader, $"missing }} at end of condition inside \"{name}\"");
    }

    /// <summary>Exim looks at a value that is written out even where it is never asked.</summary>
    static CallCondition? ReadBool(TemplateReader reader, string name)
    {
        if (ConditionGrammar.ReadArguments(reader, name, 1) is not { } arguments) return null;
        if (arguments[0] is TextNode known && ConditionText.IsTrue(known.Value.Text) is null) return Fail<CallCondition>(reader, NoBoolean(known.Value.Text));
        return new CallCondition(TestBool, arguments);
    }

    static string NoBoolean(string text) => $"unrecognised boolean value \"{text.Trim(' ', '\t', '\n', '\v', '\f', '\r')}\"";

    static ExpandedKind TestBool(Evaluation evaluation, Value[] arguments, out bool yes)
    {
        var truth = ConditionText.IsTrue(arguments[0].Text);
        yes = truth ?? false;
        return truth is null ? evaluation.Fail(NoBoolean(arguments[0].Text)) : ExpandedKind.Ok;
    }

    static ExpandedKind TestBoolLax(Evaluation evaluation, Value[] arguments, out bool yes)
    {
        yes = ConditionText.IsTrueLax(arguments[0].Text);
        return ExpandedKind.Ok;
    }

    static T? Fail<T>(TemplateReader reader, string error) where T : Condition
    {
        reader.FailBraces(error);
        return null;
    }
}

/// <summary>forany and forall: $item holds each item in turn; stops at the item that decides. Captures of that last test stay for the strings that follow.</summary>
sealed class ForEachCondition(Node list, Condition condition, bool decides) : Condition
{
    public override ExpandedKind Test(Evaluation evaluation, out bool yes)
    {
        yes = false; // of an empty list, forall too is false, as Exim has it
        var kind = evaluation.Evaluate(list, out var text);
        if (kind != ExpandedKind.Ok) return kind;
        var context = evaluation.Context;
        var outer = context.CurrentItem;
        foreach (var item in new ListText(text.Text))
        {
            context.CurrentItem = new Value(item, text.Taint);
            kind = evaluation.Inside(condition.Test(evaluation, out yes), decides ? "\"forany\" condition" : "\"forall\" condition");
            if (kind != ExpandedKind.Ok || yes == decides) break;
        }
        context.CurrentItem = outer;
        return kind;
    }
}
