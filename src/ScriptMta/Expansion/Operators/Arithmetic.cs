using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>
/// ${eval: and ${eval10: (Exim 11.6): C's operators on 64-bit numbers, from strongest: unary + - ~; * / %; + -; &lt;&lt; &gt;&gt;; &amp;; ^; |; brackets. Decimal: a leading 0 or 0x
/// has no meaning. Sums that overflow are an error, products wrap, as Exim has it.
/// </summary>
ref struct Arithmetic(ReadOnlySpan<char> text, bool isDecimal)
{
    // Brackets and signs nest; no honest expression comes near.
    const int MaxNesting = 500;

    readonly ReadOnlySpan<char> _text = text;
    int _at;
    int _nesting;
    string? _error;

    /// <summary>Null when it went well, else Exim's text.</summary>
    public string? Evaluate(out long result)
    {
        result = Or();
        if (_error is null && _at < _text.Length) _error = "expecting operator";
        return _error is null ? null : $"error in expression evaluation: {_error} (after processing \"{_text[..Math.Min(_at, _text.Length)]}\")";
    }

    readonly char Next => _at < _text.Length ? _text[_at] : '\0';

    long Or()
    {
        var x = Xor();
        while (_error is null && Next == '|')
        {
            _at++;
            x |= Xor();
        }
        return x;
    }

    long Xor()
    {
        var x = And();
        while (_error is null && Next == '^')
        {
            _at++;
            x ^= And();
        }
        return x;
    }

    long And()
    {
        var x = Shift();
        while (_error is null && Next == '&')
        {
            _at++;
            x &= Shift();
        }
        return x;
    }

    long Shift()
    {
        var x = Sum();
        while (_error is null && _at + 1 < _text.Length && Next is '<' or '>' && _text[_at + 1] == Next)
        {
            var left = Next == '<';
            _at += 2;
            var y = (int)Sum();
            x = left ? x << y : x >> y;
        }
        return x;
    }

    long Sum()
    {
        var x = Product();
        while (_error is null && Next is '+' or '-')
        {
            var plus = Next == '+';
            _at++;
            var y = Product();
            if (_error is not null) break;
            var sum = unchecked(plus ? x + y : x - y);
            var overflow = plus ? ((x ^ sum) & (y ^ sum)) < 0 : ((x ^ y) & (x ^ sum)) < 0;
            if (overflow) _error = plus ? "overflow in sum" : "overflow in difference";
            x = sum;
        }
        return x;
    }

    long Product()
    {
        var x = Unary();
        while (_error is null && Next is '*' or '/' or '%')
        {
            var sign = Next;
            _at++;
            var y = Unary();
            if (_error is not null) break;
            if (sign == '*') x = unchecked(x * y);
            else if (y == 0) _error = sign == '/' ? "divide by zero" : "modulo by zero";
            else if (y == -1 && x == long.MinValue) x = long.MaxValue;
            else x = sign == '/' ? x / y : x % y;
        }
        return x;
    }

    long Unary()
    {
        SkipSpace();
        if (Next is not ('+' or '-' or '~') || _at >= _text.Length) return Number();
        if (++_nesting > MaxNesting) return Fail("too many nested operators");
        var sign = Next;
        _at++;
        var x = Unary();
        _nesting--;
        return unchecked(sign == '-' ? -x : sign == '~' ? ~x : x);
    }

    long Number()
    {
        if (char.IsAsciiDigit(Next)) return Digits();
        if (Next != '(') return Fail("expecting number or opening parenthesis");
        if (++_nesting > MaxNesting) return Fail("too many nested operators");
        _at++;
        var x = Or();
        _nesting--;
        if (_error is not null) return x;
        if (Next != ')') return Fail("expecting closing parenthesis");
        _at++;
        SkipSpace();
        return x;
    }

    long Digits()
    {
        var radix = 10;
        if (!isDecimal && Next == '0')
        {
            radix = _at + 1 < _text.Length && _text[_at + 1] is 'x' or 'X' ? 16 : 8;
            _at += radix == 16 ? 2 : 0;
        }
        var (x, tooLarge) = (0L, false);
        for (; _at < _text.Length && Digit(_text[_at]) is var digit && digit < radix; _at++)
        {
            tooLarge |= x > (long.MaxValue - digit) / radix;
            x = unchecked(x * radix + digit);
        }
        if (tooLarge) x = long.MaxValue;
        var scale = AsciiCase.Lower(Next) switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 };
        if (scale != 0) _at++;
        SkipSpace();
        return x << scale;
    }

    static int Digit(char c) => char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;

    void SkipSpace()
    {
        while (TemplateReader.IsSpace(Next)) _at++;
    }

    long Fail(string error)
    {
        _error ??= error;
        return 0;
    }
}
