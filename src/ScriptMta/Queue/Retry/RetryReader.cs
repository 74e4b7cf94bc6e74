using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Queue;

/// <summary>Reads one line of `begin retry` (Exim 32.2, 32.6, 32.7), with Exim's words for what is wrong.</summary>
sealed class RetryReader(LogicalLine line, ProblemList problems)
{
    const string BadParameters = "bad parameters for retry rule";

    readonly string _text = line.Text;
    int _at;
    string? _wrong;

    /// <summary>Null when the line is wrong; it is then in the problems with its place.</summary>
    public RetryRule? Read()
    {
        var pattern = new OptionText(RuleWord.Read(_text, ref _at), line.PlaceOf(0));
        if (_at >= _text.Length) return Wrong("missing error type in retry rule");
        if (Error() is not { } error) return null;
        var senders = Senders();
        var steps = new List<RetryStep>();
        while (_wrong is null && _at < _text.Length)
            if (Step() is { } step) steps.Add(step);
        return _wrong is null ? new RetryRule(pattern.Text, RuleList.OneAddress(pattern), error, senders, steps, line.At) : null;
    }

    RetryError? Error()
    {
        var start = _at;
        while (!AtEnd && !CharKinds.IsSpace(Current)) _at++;
        var name = _text[start.._at];
        if (RetryError.Parse(name, out var why) is not { } error)
        {
            _at = start;
            Wrong(why);
            return null;
        }
        if (RetryError.IsObsolete(name)) problems.Warn(line.PlaceOf(start), RetryError.ObsoleteWarning);
        SkipSpace();
        return error;
    }

    RuleList? Senders()
    {
        const string word = "senders";
        if (string.CompareOrdinal(_text, _at, word, 0, word.Length) != 0) return null;
        _at += word.Length;
        SkipSpace();
        if (AtEnd || Current != '=')
        {
            Wrong("\"=\" expected after \"senders\" in retry rule");
            return null;
        }
        _at++;
        var start = _at;
        return RuleList.Addresses(new OptionText(RuleWord.Read(_text, ref _at), line.PlaceOf(start)));
    }

    RetryStep? Step()
    {
        var start = _at;
        var letter = Common.AsciiCase.Upper(_text[_at++]);
        var cutoff = Argument();
        if (_wrong is null && letter is not ('F' or 'G' or 'H')) return WrongStep(start, "unknown retry rule letter", $"\"{_text[start]}\": it must be F, G or H");
        var interval = Argument();
        var factor = letter == 'F' ? "1" : Argument();
        if (_wrong is not null) return null;
        if (Time(cutoff) <= TimeSpan.Zero) return WrongStep(start, BadParameters, $"bad cutoff time \"{cutoff}\"");
        if (Time(interval) <= TimeSpan.Zero) return WrongStep(start, BadParameters, $"bad interval \"{interval}\": it must be a time above zero");
        if (Factor(factor) < 1000) return WrongStep(start, BadParameters, $"{letter} needs a factor of at least 1 after the interval");
        SkipSpace();
        if (!AtEnd && Current != ';') return WrongStep(_at, "semicolon expected");
        _at = Math.Min(_at + 1, _text.Length);
        SkipSpace();
        return new(letter switch { 'F' => RetryGrowth.Fixed, 'G' => RetryGrowth.Geometric, _ => RetryGrowth.RandomGeometric }, Time(cutoff), Time(interval), Factor(factor) / 1000.0);
    }

    /// <summary>A comma and what follows it; empty where something is wrong.</summary>
    string Argument()
    {
        if (_wrong is not null) return "";
        if (AtEnd || Current != ',')
        {
            Wrong("comma expected");
            return "";
        }
        _at++;
        SkipSpace();
        var start = _at;
        while (!AtEnd && (char.IsAsciiLetterOrDigit(Current) || Current == '.')) _at++;
        if (!AtEnd && !CharKinds.IsSpace(Current) && Current is not (',' or ';')) Wrong("comma or semicolon expected");
        return _text[start.._at];
    }

    static TimeSpan Time(string text) => OptionValues.Time(text, out var time) ? time : TimeSpan.Zero;

    static int Factor(string text) => OptionValues.FixedPoint(text, out var thousandths) == ValueError.None ? thousandths : 0;

    bool AtEnd => _at >= _text.Length;
    char Current => _text[_at];
    void SkipSpace() => _at = CharKinds.SkipSpace(_text, _at);

    RetryStep? WrongStep(int place, string what, string more = "")
    {
        _at = place;
        Wrong(what, more);
        return null;
    }

    /// <param name="what">Exim's words; more: what helps a person.</param>
    RetryRule? Wrong(string what, string more = "")
    {
        _wrong ??= what;
        problems.Error(line.PlaceOf(_at), $"retry rule: {what}{(more.Length > 0 ? ": " + more : "")}", what);
        return null;
    }
}
