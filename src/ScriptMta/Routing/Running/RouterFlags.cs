using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Routing;

/// <summary>more and unseen: only yes, no, true and false are values; forced failure gives the default, all else defers.</summary>
static class RouterFlags
{
    public static Match Value(RouterFlag flag, string option, RouterVisit visit)
    {
        if (flag.Value is not { } template) return Match.Of(flag.Default);
        var value = template.Expand(visit.Context);
        if (value.Kind == ExpandedKind.ForcedFail) return Match.Of(flag.Default);
        if (!value.IsOk) return Match.Defer($"failed to expand \"{template.Source}\" for the \"{option}\" option in the {visit.Options.Name} router: {value.Error}");
        return value.Text.LowerAscii() switch
        {
            "yes" or "true" => Match.Yes,
            "no" or "false" => Match.No,
            _ => Match.Defer($"\"{value.Text}\" is not a valid value for the \"{option}\" option in the {visit.Options.Name} router"),
        };
    }
}
