using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using ScriptMta.Common.Posix;
using ScriptMta.Language;

namespace ScriptMta.Cli;

/// <summary>The value of an option in the form in which Exim's -bP shows it.</summary>
static class PrintedValue
{
    /// <summary>Exim shows these whole numbers with K or M where that loses nothing; all others in full.</summary>
    static readonly FrozenSet<string> WithUnits = FrozenSet.ToFrozenSet(
        ["bounce_return_linesize_limit", "bounce_return_size_limit", "check_log_space", "check_spool_space", "max_output", "message_body_visible", "return_size_limit"]);

    public static string Of(OptionRow row, string text) => row.Type switch
    {
        OptionType.Int or OptionType.LongInt => OptionValues.Int(text, out var number) == ValueError.None ? Number(row.Name, number) : text,
        OptionType.Octal => OptionValues.Octal(text, out var mode) == ValueError.None ? Octal(mode) : text,
        OptionType.FixedPoint => OptionValues.FixedPoint(text, out var thousandths) == ValueError.None ? FixedPoint(thousandths) : text,
        OptionType.Time => OptionValues.Time(text, out var time) ? OptionValues.FormatTime(time) : text,
        OptionType.TimeList => string.Join(':', ListSyntax.Split(text).Select(item => OptionValues.Time(item.Text, out var time) ? OptionValues.FormatTime(time) : item.Text)),
        OptionType.UserIdList => string.Join(':', ListSyntax.Split(text).Select(item => UserName(item.Text))),
        OptionType.GroupIdList => string.Join(':', ListSyntax.Split(text).Select(item => GroupName(item.Text))),
        OptionType.UserId or OptionType.ExpandedUserId => UserName(text),
        OptionType.GroupId or OptionType.ExpandedGroupId => GroupName(text),
        _ => Visible(text),
    };

    /// <summary>Unset, these end at the equals sign; the others have a space after it.</summary>
    public static bool EndsAtEquals(OptionType type) => type is OptionType.FixedPoint or OptionType.UserIdList or OptionType.GroupIdList;

    static string Number(string name, long number)
    {
        var text = number.ToString(CultureInfo.InvariantCulture);
        if (number == 0 || number % 1024 != 0 || !WithUnits.Contains(name)) return text;
        return number % (1024 * 1024) == 0 ? string.Create(CultureInfo.InvariantCulture, $"{number >> 20}M") : string.Create(CultureInfo.InvariantCulture, $"{number >> 10}K");
    }

    static string Octal(int mode) => mode == 0 ? "0" : "0" + Convert.ToString(mode, 8);

    static string FixedPoint(int thousandths)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{thousandths / 1000}");
        var rest = thousandths % 1000;
        return rest == 0 ? text + ".0" : $"{text}.{rest.ToString("000", CultureInfo.InvariantCulture).TrimEnd('0')}";
    }

    static string UserName(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Users.ByUid(id)?.Name ?? text : text;

    static string GroupName(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Users.GroupName(id) ?? text : text;

    /// <summary>Control characters and backslashes that a quoted string made, as escapes.</summary>
    static string Visible(string text)
    {
        if (!text.Any(c => c is < ' ' or '\x7f' or > '\x7f')) return text;
        var visible = new StringBuilder();
        foreach (var c in text)
        {
            visible.Append(c switch
            {
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                '\b' => "\\b",
                '\v' => "\\v",
                '\f' => "\\f",
                < ' ' or >= '\x7f' => $"\\{Convert.ToString(c, 8).PadLeft(3, '0')}",
                _ => c.ToString(),
            });
        }
        return visible.ToString();
    }
}
