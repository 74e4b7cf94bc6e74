using FsCheck;
using FsCheck.Fluent;

namespace ScriptMta.Tests.Expansion.Generated;

/// <summary>Templates from the shapes, nested.</summary>
static class TemplateGenerator
{
    const int MostDepth = 4;
    // Exim reads a line of standard input into a buffer; what is longer than some kB says nothing new.
    const int Longest = 2000;
    // FsCheck's measure of how much is generated; the shapes do not look at it.
    const int Size = 50;

    static readonly Gen<string>[] Templates = ByDepth(TemplateOf);
    static readonly Gen<string>[] Conditions = ByDepth(depth => Gen.Elements(TemplateShapes.Conditions).SelectMany(shape => Filled(shape, depth)));

    public static IEnumerable<string> Sample(ulong seed, int count) =>
        Templates[MostDepth].Where(IsOneLine).Sample(count, new Rnd(seed), Size);

    /// <summary>Templates with one wrong value, in or beside what is right.</summary>
    public static IEnumerable<(string Template, string Mistake)> SampleWithValue(ulong seed, int count) => Sample(MisuseShapes.Values, seed, count);

    /// <summary>Templates with one syntax error.</summary>
    public static IEnumerable<(string Template, string Mistake)> SampleWithGrammar(ulong seed, int count) => Sample(MisuseShapes.Grammar, seed, count);

    static (string Template, string Mistake)[] Sample(string[] mistakes, ulong seed, int count) =>
        Gen.Elements(mistakes).SelectMany(shape => Filled(shape, 0)).SelectMany(mistake => Mistaken(mistake, MistakeDepth).Select(template => (template, mistake)))
            .Where(pair => IsOneLine(pair.template)).Sample(count, new Rnd(seed), Size);

    // How deep a mistake is put into others' arguments.
    const int MistakeDepth = 3;

    static readonly string[] Carriers = [.. TemplateShapes.Items.Where(shape => shape.Contains("%t", StringComparison.Ordinal))];

    static Gen<string> Mistaken(string mistake, int depth)
    {
        if (depth == 0) return Gen.Constant(mistake);
        var inside = from shape in Gen.Elements(Carriers) from inner in Mistaken(mistake, depth - 1) from whole in Carrying(shape, inner) select whole;
        return Gen.Frequency((2, Gen.Constant(mistake)), (3, inside), (1, from before in Templates[0] from wrong in Mistaken(mistake, depth - 1) select before + wrong));
    }

    /// <summary>One of the shape's arguments is the mistaken one, the others are right.</summary>
    static Gen<string> Carrying(string shape, string inner)
    {
        var parts = shape.Split("%t");
        return from place in Gen.Choose(1, parts.Length - 1)
               from before in Filled(string.Join("%t", parts[..place]), 1)
               from after in Filled(string.Join("%t", parts[place..]), 1)
               select before + inner + after;
    }

    /// <summary>-be joins lines at a backslash, drops white space at the ends, and obeys lines that define macros.</summary>
    static bool IsOneLine(string text) => text.Length is > 0 and < Longest && !text.EndsWith('\\') && text[0] is > ' ' and not (>= 'A' and <= 'Z') && text[^1] > ' ' && !text.StartsWith("set ", StringComparison.Ordinal);

    /// <summary>The generators refer to one another only when they run, each to those one level below.</summary>
    static Gen<string>[] ByDepth(Func<int, Gen<string>> make) => [.. Enumerable.Range(0, MostDepth + 1).Select(make)];

    static Gen<string> TemplateOf(int depth)
    {
        var text = Gen.Elements(TemplateShapes.Words);
        if (depth == 0) return Gen.Frequency((3, text), (1, Gen.Elements(TemplateShapes.Variables)));
        var item = Gen.Elements(TemplateShapes.Items).SelectMany(shape => Filled(shape, depth));
        var one = Gen.Frequency((depth == MostDepth ? 1 : 6, text), (2, Gen.Elements(TemplateShapes.Variables)), (depth == MostDepth ? 20 : 5, item));
        return Gen.Frequency((5, one), (1, from first in one from second in one select first + second));
    }

    /// <summary>Replaces the placeholders of a shape one after another.</summary>
    static Gen<string> Filled(string shape, int depth)
    {
        var at = shape.IndexOf('%', StringComparison.Ordinal);
        if (at < 0) return Gen.Constant(shape);
        return from part in Part(shape[at + 1], depth) from rest in Filled(shape[(at + 2)..], depth) select shape[..at] + part + rest;
    }

    static Gen<string> Part(char kind, int depth) => kind switch
    {
        't' => Templates[Math.Max(depth - 1, 0)],
        'c' => depth > 0 ? Conditions[depth - 1] : Gen.Elements("eq{a}{a}", "eq{a}{b}", "bool{yes}"),
        'n' => Gen.Elements(TemplateShapes.Numbers),
        'p' => Gen.Elements(TemplateShapes.Positive),
        'e' => Gen.Elements(TemplateShapes.Arithmetic).SelectMany(shape => Filled(shape, depth - 1)),
        'l' => Gen.Elements(TemplateShapes.Lists),
        'a' => Gen.Elements(TemplateShapes.Addresses),
        'i' => Gen.Elements(TemplateShapes.Ips),
        'r' => Gen.Elements(TemplateShapes.Patterns),
        'j' => Gen.Elements(TemplateShapes.Json),
        'w' => Gen.Elements(TemplateShapes.Words),
        _ => Gen.Constant("%"),
    };
}
