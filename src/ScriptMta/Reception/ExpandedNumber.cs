using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Reception;

/// <summary>A number or time option that Exim expands at use; a constant costs nothing. What cannot be expanded or read gives the default, and says so in the panic log.</summary>
sealed class ExpandedNumber
{
    readonly Template? _template;
    readonly long _value;
    readonly bool _isTime;

    /// <summary>Times are in seconds.</summary>
    public ExpandedNumber(long value, bool isTime = false) => (_value, _isTime) = (value, isTime);

    ExpandedNumber(Template template, long otherwise, bool isTime) : this(otherwise, isTime) => _template = template;

    public static ExpandedNumber From(OptionReader main, string option, ExpandedNumber otherwise)
    {
        if (main.Text(option) is not { } text) return otherwise;
        var template = main.Checked(option, text);
        if (template.SyntaxError is not null) return otherwise;
        if (!template.IsConstant) return new(template, otherwise._value, otherwise._isTime);
        if (TryRead(template.Source, otherwise._isTime, out var value)) return new(value, otherwise._isTime);
        main.Error(option, $"\"{text.Text}\" is not a {(otherwise._isTime ? "time" : "number")}");
        return otherwise;
    }

    public long Get(ExpansionContext context)
    {
        if (_template is null) return _value;
        var expanded = _template.Expand(context);
        if (expanded.IsOk && TryRead(expanded.Text.TrimSpace(), _isTime, out var value)) return value;
        context.Environment.Log.Panic(null, $"{_template.At}: \"{_template.Source}\" gives no {(_isTime ? "time" : "number")}: {(expanded.IsOk ? $"\"{expanded.Text}\"" : expanded.Error)}; {_value} is used");
        return _value;
    }

    public TimeSpan GetTime(ExpansionContext context) => TimeSpan.FromSeconds(Get(context));

    static bool TryRead(string text, bool isTime, out long value)
    {
        if (!isTime) return OptionValues.Int(text, out value) == ValueError.None;
        var good = OptionValues.Time(text, out var time);
        value = (long)time.TotalSeconds;
        return good;
    }
}
