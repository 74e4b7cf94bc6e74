using System.Collections.Frozen;
using ScriptMta.Common.Posix;

namespace ScriptMta.Language;

/// <summary>Whether a value has the form that its option's type asks for; the messages are Exim's.</summary>
static class OptionCheck
{
    static readonly FrozenDictionary<OptionType, Func<string, string, string?>> ByType = new Dictionary<OptionType, Func<string, string, string?>>
    {
        [OptionType.Bool] = Bool,
        [OptionType.Int] = Int,
        [OptionType.LongInt] = (name, text) => Number(OptionValues.Int(text, out _), "integer", name, text),
        [OptionType.Octal] = (name, text) => Number(OptionValues.Octal(text, out _), "octal integer", name, text),
        [OptionType.FixedPoint] = (name, text) => Number(OptionValues.FixedPoint(text, out _), "fixed-point", name, text),
        [OptionType.Time] = Time,
        [OptionType.TimeList] = TimeList,
        [OptionType.UserId] = User,
        [OptionType.UserIdList] = (name, text) => Each(text, item => User(name, item)),
        [OptionType.GroupId] = Group,
        [OptionType.GroupIdList] = (name, text) => Each(text, item => Group(name, item)),
        [OptionType.ExpandedUserId] = (name, text) => IsTemplate(text) ? null : User(name, text),
        [OptionType.ExpandedGroupId] = (name, text) => IsTemplate(text) ? null : Group(name, text),
        [OptionType.ExpandedBool] = (name, text) => IsTemplate(text) ? null : Bool(name, text),
        [OptionType.ExpandedInt] = (name, text) => IsTemplate(text) ? null : Int(name, text),
        [OptionType.ExpandedTime] = (name, text) => IsTemplate(text) ? null : Time(name, text),
    }.ToFrozenDictionary();

    static readonly FrozenSet<OptionType> NeverQuoted = FrozenSet.ToFrozenSet(
        [OptionType.Bool, OptionType.Int, OptionType.LongInt, OptionType.Octal, OptionType.FixedPoint, OptionType.Time]);

    public static bool IsBool(OptionType type) => type is OptionType.Bool or OptionType.ExpandedBool;

    /// <summary>The complaint, or null when the setting may stand. Negated: it was written no_name or not_name.</summary>
    public static string? Complaint(OptionRow row, Setting setting, bool negated)
    {
        if (IsBool(row.Type))
        {
            if (setting.Stray is not null || (negated && setting.Value is not null)) return $"extra characters follow boolean option {setting.Name}{CommentHint(setting.Stray?.Text)}";
            if (setting.Value is null) return null;
        }
        else if (negated) return "negation prefix applied to a non-boolean option";
        else if (setting.Stray is not null) return $"missing \"=\" after {setting.Name}";
        if (setting.Value is not { } value) return $"unexpected end of line (data missing) after {setting.Name}";
        var text = setting.Quoted && NeverQuoted.Contains(row.Type) ? $"\"{value.Text}\"" : value.Text;
        return ByType.TryGetValue(row.Type, out var check) ? check(row.Name, text) : null;
    }

    /// <summary>What Exim adds where someone put a comment after a value; stray is the text, whose rest is what could not be read.</summary>
    public static string CommentHint(string? stray) =>
        stray is not null && CommentAfterValue(stray) ? " (# is comment only at line start)" : "";

    static bool CommentAfterValue(string text) => text.IndexOf('#') is var at and >= 0 && text.AsSpan(0, at).Trim(CharKinds.Space).IndexOfAny(' ', '\t') < 0;

    static bool IsTemplate(string text) => text.Contains('$');

    static string? Bool(string name, string text) => OptionValues.Bool(text, out _) switch
    {
        ValueError.None => null,
        ValueError.Extra => $"extra characters follow \"{Word(text)}\" for boolean option {name}{CommentHint(text)}",
        _ => $"\"{Word(text)}\" is not a valid value for the \"{name}\" option",
    };

    static string Word(string text) => text[..OptionValues.WordEnd(text)];

    static string? Int(string name, string text)
    {
        var error = OptionValues.Int(text, out var value);
        if (error == ValueError.None && (value > int.MaxValue || value < -int.MaxValue)) error = ValueError.TooLarge;
        return Number(error, "integer", name, text);
    }

    static string? Number(ValueError error, string kind, string name, string text) => error switch
    {
        ValueError.None => null,
        ValueError.Missing => $"{(kind == "fixed-point" ? "fixed-point number" : kind)} expected for {name}",
        ValueError.Extra => $"extra characters follow {kind} value for {name}{CommentHint(text)}",
        _ => $"absolute value of integer \"{text}\" is too large (overflow)",
    };

    static string? Time(string name, string text) => OptionValues.Time(text, out _) ? null : $"invalid time value for {name}";

    static string? User(string name, string text) => IsNumber(text) || Users.ByName(text) is not null ? null : $"user {text} was not found";

    static string? Group(string name, string text) => IsNumber(text) || Users.GroupId(text) is not null ? null : $"group {text} was not found";

    static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    /// <summary>The first complaint about an item. A list with a template in it is looked at when it has been expanded.</summary>
    static string? Each(string list, Func<string, string?> complaint) =>
        IsTemplate(list) ? null : ListSyntax.Split(list).Where(item => item.Text.Length > 0).Select(item => complaint(item.Text)).FirstOrDefault(found => found is not null);

    static string? TimeList(string name, string text)
    {
        var last = TimeSpan.Zero;
        foreach (var item in ListSyntax.Split(text))
        {
            if (!OptionValues.Time(item.Text, out var time)) return $"invalid time value for {name}";
            if (time < last) return $"time value out of order for {name}";
            last = time;
        }
        return null;
    }
}
