namespace ScriptMta.Expansion;

/// <summary>A part of a parsed template. Immutable; all state of a run is in the <see cref="Evaluation"/>.</summary>
abstract class Node
{
    /// <summary>Adds this part's text. Anything but Ok ends the expansion, with the reason in <see cref="Evaluation.Error"/>.</summary>
    public abstract ExpandedKind Append(Evaluation evaluation);
}

/// <summary>Text that stands for itself.</summary>
sealed class TextNode(string text) : Node
{
    public static readonly TextNode Empty = new("");

    public Value Value { get; } = Value.Clean(text);

    public override ExpandedKind Append(Evaluation evaluation) => evaluation.Append(Value.Text);
}

sealed class SequenceNode(Node[] parts) : Node
{
    public override ExpandedKind Append(Evaluation evaluation)
    {
        foreach (var part in parts)
        {
            var kind = part.Append(evaluation);
            if (kind != ExpandedKind.Ok) return kind;
        }
        return ExpandedKind.Ok;
    }
}

/// <summary>$0 to $20: what the last match captured.</summary>
sealed class CaptureNode(int number) : Node
{
    public override ExpandedKind Append(Evaluation evaluation) =>
        number < evaluation.Context.Captures.Length ? evaluation.Append(evaluation.Context.Captures[number]) : ExpandedKind.Ok;
}

/// <summary>$name; the row of the variable table knows how to print it.</summary>
sealed class VariableNode(VariableReader read) : Node
{
    public override ExpandedKind Append(Evaluation evaluation) => read(evaluation);
}

/// <summary>${operator:operand}.</summary>
sealed class OperatorNode(OperatorFunction function, string? argument, Node operand) : Node
{
    public override ExpandedKind Append(Evaluation evaluation)
    {
        var kind = evaluation.Evaluate(operand, out var value);
        return kind == ExpandedKind.Ok ? function(evaluation, value, argument) : kind;
    }
}

/// <summary>An item whose arguments are all evaluated before its function runs.</summary>
sealed class CallNode(ItemFunction function, Node[] arguments) : Node
{
    public override ExpandedKind Append(Evaluation evaluation)
    {
        var values = new Value[arguments.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var kind = evaluation.Evaluate(arguments[i], out values[i]);
            if (kind != ExpandedKind.Ok) return kind;
        }
        return function(evaluation, values);
    }
}

/// <summary>Appends the variable's value; taint included.</summary>
delegate ExpandedKind VariableReader(Evaluation evaluation);

/// <param name="argument">What follows the operator's name and "_"; null without.</param>
delegate ExpandedKind OperatorFunction(Evaluation evaluation, Value operand, string? argument);

delegate ExpandedKind ItemFunction(Evaluation evaluation, Value[] arguments);
