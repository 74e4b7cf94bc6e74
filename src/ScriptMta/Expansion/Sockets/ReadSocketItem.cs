namespace ScriptMta.Expansion;

/// <summary>
/// ${readsocket{place}{request}{options}{newline}{fail}}. What comes back is clean, as in Exim; the place must be. Without a fail string a socket that does not answer defers,
/// with one it is expanded only then.
/// </summary>
sealed class ReadSocketItem(Node[] arguments, Node? otherwise) : Node
{
    const int Fewest = 2, Most = 4;

    public static Node? Read(TemplateReader reader, ItemRow row)
    {
        if (ArgumentGrammar.ReadSome(reader, row.Name, Fewest, Most) is not { } arguments) return null;
        Node? otherwise = null;
        if (reader.Take('{'))
        {
            if ((otherwise = reader.ReadBraced()) is null) return null;
            if (!reader.Take('}')) return reader.FailBraces("missing '}' closing failstring for readsocket");
            reader.SkipSpace();
        }
        return reader.Take('}') ? new ReadSocketItem(arguments, otherwise) : reader.FailBraces("missing '}' closing readsocket");
    }

    public override ExpandedKind Append(Evaluation evaluation)
    {
        if (evaluation.Context.Refusal(ForbiddenItems.SocketReading) is { } refusal) return evaluation.Fail(refusal);
        var values = new Value[arguments.Length];
        for (var i = 0; i < values.Length; i++)
            if (evaluation.Evaluate(arguments[i], out values[i]) is not ExpandedKind.Ok and var kind) return kind;
        if (Sinks.SearchFile(values[0]) is { } tainted) return evaluation.Fail(tainted);
        var options = values.Length > 2 ? SocketOptions.ParseList(values[2].Text) : SocketOptions.Default;
        var answer = SocketCache.Ask(values[0].Text, values[1].Text.Split('\0', 2)[0], options, evaluation.Context);
        if (answer.Error is { } error) return otherwise is null ? evaluation.Defer(error) : otherwise.Append(evaluation);
        if (values.Length <= Most - 1 || values[3].Text.Length == 0) return evaluation.Append(answer.Text);
        return evaluation.Append(answer.Text.Replace("\n", values[3].Text, StringComparison.Ordinal), answer.Text.Contains('\n') ? values[3].Taint : Taint.Clean);
    }
}
