using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>
/// ${extract{key}{data}…} and ${extract{number}{separators}{data}…}. Which of the two it is depends on what the first argument comes to, so both readings of the
/// braces are kept where the text allows both.
/// </summary>
sealed class ExtractItem(Node key, ExtractItem.Shape? named, ExtractItem.Shape? numbered) : Node
{
    const int MostArguments = 5;

    public sealed record Shape(Node[] Arguments, Branch Branch);

    public static Node? Read(TemplateReader reader, ItemRow row)
    {
        var start = reader.At;
        reader.SkipSpace();
        var option = reader.ReadName("_");
        if (option is "json" or "jsons") return JsonExtractItem.Read(reader, row, isString: option is "jsons");
        reader.At = start;
        if (reader.ReadArgument("missing '{' for arg 1 of extract") is not { } key) return null;
        if (key is TextNode text)
        {
            var (isNumber, error) = Kind(text.Value.Text);
            if (error is not null) return reader.Fail(error);
            var shape = ReadShape(reader, row, isNumber ? 2 : 1);
            return shape is null ? null : isNumber ? new ExtractItem(key, null, shape) : new ExtractItem(key, shape, null);
        }
        return ReadBoth(reader, row, key);
    }

    public override ExpandedKind Append(Evaluation evaluation)
    {
        var kind = evaluation.Evaluate(key, out var name);
        if (kind != ExpandedKind.Ok) return kind;
        var (isNumber, error) = Kind(name.Text);
        if (error is not null) return evaluation.Fail(error);
        if ((isNumber ? numbered : named) is not { } shape) return evaluation.Fail(isNumber ? "missing '{' for arg 3 of extract" : "syntax error in \"extract\" item - \"fail\" expected");
        var values = new Value[shape.Arguments.Length];
        for (var i = 0; i < values.Length; i++)
        {
            kind = evaluation.Evaluate(shape.Arguments[i], out values[i]);
            if (kind != ExpandedKind.Ok) return kind;
        }
        var found = isNumber ? Fields.Pick(values[1].Text, values[0].Text, Fields.FieldNumber(name.Text)) : Fields.Named(values[0].Text, name.Text.TrimSpace());
        return shape.Branch.Append(evaluation, found is null ? null : new Value(found, values[^1].Taint));
    }

    /// <summary>The braces are read once and dealt out both ways: data, yes, no; or separators, data, yes, no.</summary>
    static ExtractItem? ReadBoth(TemplateReader reader, ItemRow row, Node key)
    {
        if (ArgumentGrammar.ReadSome(reader, row.Name, 1, MostArguments - 1) is not { } all) return null;
        var rest = reader.At;
        var fails = reader.Next != '}' && reader.ReadName("_") is "fail";
        if (!fails && reader.At > rest)
        {
            reader.At = rest;
            reader.FailBraces(all.Length > 2 ? "syntax error in \"extract\" item - \"fail\" expected" : $"curly-bracket problem in conditional yes/no parsing: 'yes' part did not start with '{{'\n remaining string is '{reader.Rest}'");
            return null;
        }
        reader.SkipSpace();
        if (reader.Take('}')) return new ExtractItem(key, Deal(all, 1, fails, row), Deal(all, 2, fails, row));
        reader.FailBraces();
        return null;
    }

    static Shape? Deal(Node[] all, int count, bool fails, ItemRow row)
    {
        var rest = all.Length - count;
        if (rest is < 0 or > 2 || (fails && rest != 1)) return null;
        return new Shape(all[..count], new Branch(row.Name, rest > 0 ? all[count] : null, rest > 1 ? all[count + 1] : null, fails));
    }

    static Shape? ReadShape(TemplateReader reader, ItemRow row, int count)
    {
        var arguments = new Node[count];
        for (var i = 0; i < count; i++)
        {
            if (reader.ReadArgument($"missing '{{' for arg {i + 2} of extract") is not { } argument) return null;
            arguments[i] = argument;
        }
        return ArgumentGrammar.ReadBranch(reader, row.Name) is { } branch ? new Shape(arguments, branch) : null;
    }

    static (bool IsNumber, string? Error) Kind(string key)
    {
        var trimmed = key.Trim(' ', '\t', '\n', '\r');
        return trimmed.Length == 0 ? (false, "first argument of \"extract\" must not be empty") : (Fields.IsNumber(trimmed), null);
    }
}
