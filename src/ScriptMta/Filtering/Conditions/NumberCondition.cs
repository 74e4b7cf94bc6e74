using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Filtering;

/// <summary>filter.txt 3.23: whole numbers, K and M multiply by 1024 and 1024².</summary>
sealed record NumberCondition(Template Left, bool IsAbove, Template Right) : FilterCondition
{
    public override bool IsTrue(FilterRun run)
    {
        if (!TryNumber(run, Left, out var left) || !TryNumber(run, Right, out var right)) return false;
        return IsAbove ? left > right : left < right;
    }

    static bool TryNumber(FilterRun run, Template template, out long number)
    {
        number = 0;
        if (!run.TryExpand(template, Where, out var value)) return false;
        var text = value.Text.AsSpan().Trim(" \t\n\r");
        var factor = text.IsEmpty ? 1 : AsciiCase.Upper(text[^1]) switch { 'K' => 1024L, 'M' => 1024L * 1024, _ => 1 };
        if (factor > 1) text = text[..^1];
        // Fifteen digits times 1024² still fit 64 bits.
        if (text.Length <= 15 && long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, null, out number))
        {
            number *= factor;
            return true;
        }
        return run.Fail($"malformed numerical string \"{value.Text}\"");
    }
}
