using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>
/// control = name/options (Exim 44.22): remembered in the session; Reception and the queue carry it out. A control that is not built stops the ACL with
/// an error that names it, at load where its name is constant.
/// </summary>
static class ControlModifier
{
    public static AclStep Bind(AclPartSource source)
    {
        var template = AclArgument.Parse(source);
        if (template.IsConstant && Check(template.Source.TrimSpace()) is { } error) source.Error(error);
        else if (template.IsConstant && AclControls.Find(NameOf(template.Source.TrimSpace())) is { Warning.Length: > 0 } row)
            source.Problems.Warn(source.Argument.At, $"ACL \"{source.AclName}\": \"control = {row.Name}\" has no effect yet: {row.Warning}");
        return AclArgument.Expanded(source, static (run, value) => Apply(run, value.Text.TrimSpace()));
    }

    static string NameOf(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? text : text[..slash];
    }

    static string? Check(string text) =>
        AclControls.Find(NameOf(text)) is not { } row ? $"unknown control \"{NameOf(text)}\"{Language.Nearest.Hint(NameOf(text), AclControls.Names)}"
        : row.Apply is null ? $"\"control = {row.Name}\" is known, but not built yet"
        : !row.HasOptions && text.Length > row.Name.Length ? $"syntax error in \"control = {text}\": {row.Name} takes no options"
        : row.AcceptsOptions?.Invoke(text[row.Name.Length..]) == false ? row.BadOption is { Length: > 0 } bad ? bad : $"syntax error in \"control = {text}\"" : null;

    static AclResult Apply(AclRun run, string text)
    {
        var row = AclControls.Find(NameOf(text));
        if (Check(text) is not null) return AclResult.Error(row?.BadOption is { Length: > 0 } bad ? bad : $"syntax error in \"control={text}\"");
        if (!row!.Places.Holds(run.Where)) return AclResult.Error($"cannot use \"control={row.ShownAs}\" in {AclWhereNames.Text(run.Where)} ACL");
        row.Apply!(run, text[row.Name.Length..]);
        return AclResult.Ok;
    }
}
