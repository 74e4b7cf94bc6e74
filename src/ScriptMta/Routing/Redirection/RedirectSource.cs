using ScriptMta.Expansion;

namespace ScriptMta.Routing;

/// <summary>
/// The text of a redirection and where it came from. Kind is "data" or "file", as in Exim's messages; File is null for data. IsTainted: a stranger
/// chose part of it, so it may name no file to read.
/// </summary>
sealed record RedirectSource(string Text, string Kind, string? File, bool IsTainted)
{
    /// <summary>Where a message says that something is wrong: nothing for data, whose place is the lookup's.</summary>
    public string Place(int line) => File is null ? "" : $" ({File} line {line})";
}

/// <summary>Gets the text from data or file. Null with an answer when there is nothing to interpret.</summary>
static class RedirectText
{
    public static RedirectSource? Get(RedirectOptions options, RouterVisit visit, out RouterAnswer instead)
    {
        var template = options.Data ?? options.File ?? throw new InvalidOperationException("redirect has neither data nor file");
        var value = template.Expand(visit.Context);
        instead = new RouterAnswer.Decline("the redirection is empty");
        if (value.Kind == ExpandedKind.ForcedFail)
        {
            instead = new RouterAnswer.Decline($"{(options.Data is null ? "file" : "data")}: forced failure");
            return null;
        }
        if (!value.IsOk)
        {
            instead = new RouterAnswer.Defer($"failed to expand \"{template.Source}\": {value.Error}");
            return null;
        }
        if (options.Data is not null) return value.Text.Length == 0 ? null : new(value.Text, "data", null, value.Value.IsTainted);
        return FromFile(value.Value, options, visit, out instead);
    }

    static RedirectSource? FromFile(Value path, RedirectOptions options, RouterVisit visit, out RouterAnswer instead)
    {
        instead = new RouterAnswer.Decline($"{path.Text} is empty");
        RedirectFileAnswer answer =
            path.IsTainted ? new RedirectFileAnswer.Refused($"Tainted name '{path.Text}' for file read not permitted (use $local_part_data, $domain_data or $home)")
            : !path.Text.StartsWith('/') ? new RedirectFileAnswer.Refused($"\"{path.Text}\" is not an absolute path")
            : new RedirectReader(visit).Open(path.Text, options.FileRules);
        switch (answer)
        {
            case RedirectFileAnswer.Refused refused: instead = new RouterAnswer.Defer(refused.Why); return null;
            case RedirectFileAnswer.Absent absent: instead = new RouterAnswer.Decline(absent.Why); return null;
            case RedirectFileAnswer.Read { Text.Length: > 0 } read: return new(read.Text, "file", path.Text, IsTainted: false);
            default: return null;
        }
    }
}
