using System.Text;
using ScriptMta.Mail;

namespace ScriptMta.Queue;

/// <summary>
/// expression = term { "or" term }; term = factor { ["and"] factor }; factor = "not" factor | "(" expression ")" | "all" | message-id | field operator value.
/// A value ends at a blank or a parenthesis that was not opened in it; one in double quotes holds anything (\" and \\ stand for " and \).
/// </summary>
sealed class FilterReader(string text)
{
    /// <summary>Deeper than anybody writes, and far from the end of the stack.</summary>
    const int MostNested = 50;

    static readonly string[] Operators = ["!=", "!~", ">=", "<=", "=", "~", ">", "<"];

    int _at;
    int _depth;

    /// <summary>"column N: what is wrong", or empty.</summary>
    public string Error { get; private set; } = "";

    public QueueFilter Whole()
    {
        SkipBlanks();
        var filter = Expression();
        if (_at < text.Length) Fail(text[_at] == ')' ? "this parenthesis was not opened" : "expected a condition");
        return filter;
    }

    QueueFilter Expression()
    {
        var filter = Term();
        while (Error.Length == 0 && Word("or")) filter = filter.Or(Term());
        return filter;
    }

    QueueFilter Term()
    {
        var filter = Factor();
        while (Error.Length == 0)
        {
            var joined = Word("and");
            if (!joined && (_at >= text.Length || text[_at] == ')' || IsWord("or"))) break;
            filter = filter.And(Factor());
        }
        return filter;
    }

    QueueFilter Factor()
    {
        if (_at >= text.Length) return Fail("expected a condition, as in: sender~@example.com age>1h");
        if (++_depth > MostNested) return Fail($"nested deeper than {MostNested}");
        var filter = Word("not") ? Factor().Not() : Word("all") ? QueueFilter.All : text[_at] == '(' ? Nested() : Condition();
        _depth--;
        return filter;
    }

    QueueFilter Nested()
    {
        var opened = _at++;
        SkipBlanks();
        var filter = Expression();
        if (Error.Length > 0) return filter;
        if (_at >= text.Length || text[_at] != ')')
        {
            _at = opened;
            return Fail("this parenthesis is not closed");
        }
        _at++;
        SkipBlanks();
        return filter;
    }

    QueueFilter Condition()
    {
        var start = _at;
        var name = Name();
        if (MessageId.TryParse(name, out var id)) return Blank(QueueFilter.Of((m, _) => m.Id == id));
        if (FilterFields.Find(name) is not { } field)
        {
            _at = start;
            return Fail(name.Length == 0 ? "expected a condition" : $"there is no field \"{name}\": {string.Join(", ", FilterFields.Names)}");
        }
        var at = _at;
        if (Operators.FirstOrDefault(o => string.CompareOrdinal(text, at, o, 0, o.Length) == 0) is not { } symbol) return Fail($"expected {string.Join(" ", field.Operators)} after \"{name}\"");
        if (!field.Operators.Contains(symbol)) return Fail($"\"{name}\" knows {string.Join(" ", field.Operators)}, not {symbol}");
        _at += symbol.Length;
        var valueAt = _at;
        if (Value() is not { } value) return Fail("this quote is not closed");
        var condition = field.Make(symbol, value, out var error);
        if (condition is null)
        {
            _at = valueAt;
            return Fail(error);
        }
        return Blank(condition);
    }

    string Name()
    {
        var start = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '.' or '_' or '-')) _at++;
        return text[start.._at];
    }

    /// <summary>Null: an open quote.</summary>
    string? Value()
    {
        if (_at < text.Length && text[_at] == '"') return Quoted();
        var start = _at;
        for (var open = 0; _at < text.Length && text[_at] is not (' ' or '\t' or '\n'); _at++)
        {
            if (text[_at] == '\\' && _at + 1 < text.Length) _at++;
            else if (text[_at] == '(') open++;
            else if (text[_at] == ')' && open-- == 0) break;
        }
        return text[start.._at];
    }

    string? Quoted()
    {
        var opened = _at++;
        var value = new StringBuilder();
        for (; _at < text.Length && text[_at] != '"'; _at++)
        {
            if (text[_at] == '\\' && _at + 1 < text.Length && text[_at + 1] is ('"' or '\\')) _at++;
            value.Append(text[_at]);
        }
        if (_at >= text.Length)
        {
            _at = opened;
            return null;
        }
        _at++;
        return value.ToString();
    }

    bool IsWord(string word) =>
        string.CompareOrdinal(text, _at, word, 0, word.Length) == 0 && (_at + word.Length >= text.Length || text[_at + word.Length] is ' ' or '\t' or '\n' or '(' or ')');

    bool Word(string word)
    {
        if (!IsWord(word)) return false;
        _at += word.Length;
        SkipBlanks();
        return true;
    }

    QueueFilter Blank(QueueFilter filter)
    {
        SkipBlanks();
        return filter;
    }

    void SkipBlanks()
    {
        while (_at < text.Length && text[_at] is (' ' or '\t' or '\n')) _at++;
    }

    QueueFilter Fail(string what)
    {
        if (Error.Length == 0) Error = $"column {_at + 1}: {what}";
        _at = text.Length;
        return QueueFilter.All;
    }
}
