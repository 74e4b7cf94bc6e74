using System.Collections.Frozen;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Filtering;

/// <summary>Conditions (filter.txt 3.21 to 3.30): "not" binds closest, then "and", then "or".</summary>
sealed class FilterConditionGrammar(FilterWords words)
{
    static readonly FrozenDictionary<string, Func<FilterConditionGrammar, FilterCondition?>> Keywords = new Dictionary<string, Func<FilterConditionGrammar, FilterCondition?>>(StringComparer.Ordinal)
    {
        ["delivered"] = _ => new FactCondition("delivered", run => run.HasSignificant),
        ["error_message"] = _ => new FactCondition("error_message", run => run.Context.Message.Sender is { IsNull: true }),
        ["first_delivery"] = _ => new FactCondition("first_delivery", run => run.Context.Message.FirstDelivery),
        ["manually_thawed"] = _ => new FactCondition("manually_thawed", run => run.Context.Message.ManuallyThawed),
        ["personal"] = g => g.ReadPersonal(),
        ["foranyaddress"] = g => g.ReadForAnyAddress(),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static readonly FrozenDictionary<string, TextTest> Tests = new Dictionary<string, TextTest>(StringComparer.Ordinal)
    {
        ["begins"] = TextTest.Begins, ["begin"] = TextTest.Begins,
        ["ends"] = TextTest.Ends, ["end"] = TextTest.Ends,
        ["contains"] = TextTest.Contains, ["contain"] = TextTest.Contains,
        ["matches"] = TextTest.Matches, ["match"] = TextTest.Matches,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    int _depth;

    /// <summary>The condition of an if or elif, and the "then" after it.</summary>
    public FilterCondition? ReadUntilThen()
    {
        if (words.AtEnd)
        {
            words.Fail("\"then\" missing at end of filter file");
            return null;
        }
        var condition = ReadOr();
        if (words.Problem is not null) return null;
        var next = words.Peek(inCondition: true);
        if (next == "then")
        {
            words.Word(inCondition: true);
            return condition;
        }
        Misplaced(next);
        return null;
    }

    void Misplaced(string word)
    {
        if (word is "(" or ")") words.Fail($"unexpected \"{word}\" in line {words.Line} of filter file");
        else words.Fail($"\"and\" or \"or\" or \"then\" expected near line {words.Line} of filter file, but found \"{word}\"");
    }

    FilterCondition? ReadOr() => ReadJoined("or", ReadAnd, (left, right) => new OrCondition(left, right));

    FilterCondition? ReadAnd() => ReadJoined("and", ReadUnary, (left, right) => new AndCondition(left, right));

    FilterCondition? ReadJoined(string word, Func<FilterCondition?> read, Func<FilterCondition, FilterCondition, FilterCondition> join)
    {
        var parts = new List<FilterCondition>();
        while (true)
        {
            if (read() is not { } part) return null;
            parts.Add(part);
            if (words.Peek(inCondition: true) != word) break;
            words.Word(inCondition: true);
        }
        // Joined from the right, in a balanced way, so that a thousand "or"s do not nest a thousand deep.
        while (parts.Count > 1)
            parts = [.. parts.Chunk(2).Select(pair => pair.Length == 1 ? pair[0] : join(pair[0], pair[1]))];
        return parts[0];
    }

    FilterCondition? ReadUnary()
    {
        var negate = false;
        while (!words.NextIsQuoted && words.Peek(inCondition: true) == "not")
        {
            words.Word(inCondition: true);
            negate = !negate;
        }
        var condition = !words.NextIsQuoted && words.Peek(inCondition: true) == "(" ? ReadParenthesized() : ReadTest();
        return condition is not null && negate ? new NotCondition(condition) : condition;
    }

    FilterCondition? ReadParenthesized()
    {
        words.Word(inCondition: true);
        if (++_depth > FilterGrammar.MaxDepth) words.FailNear($"parentheses nested more than {FilterGrammar.MaxDepth} deep");
        var condition = words.Problem is null ? ReadOr() : null;
        _depth--;
        if (condition is null) return null;
        var next = words.Peek(inCondition: true);
        if (next == ")")
        {
            words.Word(inCondition: true);
            return condition;
        }
        if (next == "then" || next.Length == 0) words.FailNear("missing \")\" at end of condition");
        else Misplaced(next);
        return null;
    }

    FilterCondition? ReadTest()
    {
        var isQuoted = words.NextIsQuoted;
        if (!isQuoted && words.Peek(inCondition: true) is "then" or ")" && !isQuoted)
        {
            var word = words.Peek(inCondition: true);
            if (word == "then") words.FailNear("unexpected \"then\"");
            else words.Fail($"unexpected \")\" in line {words.Line} of filter file");
            return null;
        }
        var left = words.Data(inCondition: true);
        if (words.Problem is not null) return null;
        return Keywords.GetValueOrDefault(left.Source) is { } keyword ? keyword(this) : ReadComparison(left);
    }

    FilterCondition? ReadComparison(Template left)
    {
        var verb = words.Word(inCondition: true);
        var negate = false;
        if (verb.Equals("does", StringComparison.OrdinalIgnoreCase))
        {
            verb = words.Word(inCondition: true);
            if (verb.Equals("not", StringComparison.OrdinalIgnoreCase)) (negate, verb) = (true, words.Word(inCondition: true));
        }
        var made = verb.Equals("is", StringComparison.OrdinalIgnoreCase) ? ReadIs(left, verb, ref negate) : ReadVerb(left, verb);
        return made is not null && negate ? new NotCondition(made) : made;
    }

    FilterCondition? ReadIs(Template left, string verb, ref bool negate)
    {
        if (words.Peek(inCondition: true).Equals("not", StringComparison.OrdinalIgnoreCase) && !words.NextIsQuoted)
        {
            words.Word(inCondition: true);
            negate = !negate;
        }
        // "is above", and as Exim has it "is" before any other test.
        if (!words.NextIsQuoted && words.Peek(inCondition: true) is var next && (next is "above" or "below" || Tests.ContainsKey(next)))
            return ReadVerb(left, words.Word(inCondition: true));
        return Right() is { } right ? new TextCondition(left, TextTest.Is, right, char.IsAsciiLetterLower(verb[0])) : null;
    }

    FilterCondition? ReadVerb(Template left, string verb)
    {
        var isUpper = verb.All(char.IsAsciiLetterUpper);
        if (verb is "above" or "below") return Right() is { } number ? new NumberCondition(left, verb == "above", number) : null;
        if ((isUpper || verb.All(char.IsAsciiLetterLower)) && Tests.TryGetValue(verb.LowerAscii(), out var test))
            return Right() is { } right ? new TextCondition(left, test, right, !isUpper) : null;
        words.FailNear($"unrecognized condition word \"{(verb is "(" or ")" ? "" : verb)}\"");
        return null;
    }

    Template? Right()
    {
        var right = words.Data(inCondition: true);
        return words.Problem is null ? right : null;
    }

    PersonalCondition? ReadPersonal()
    {
        var aliases = new List<Template>();
        while (words.Problem is null && words.Peek(inCondition: true) == "alias")
        {
            words.Word(inCondition: true);
            aliases.Add(words.Data(inCondition: true));
        }
        return words.Problem is null ? new([.. aliases]) : null;
    }

    ForAnyAddressCondition? ReadForAnyAddress()
    {
        var list = words.Data(inCondition: true);
        if (words.Problem is not null) return null;
        if (words.NextIsQuoted || words.Peek(inCondition: true) != "(")
        {
            words.FailNear("\"(\" expected after \"foranyaddress\"");
            return null;
        }
        return ReadParenthesized() is { } condition ? new(list, condition) : null;
    }
}
