using System.Globalization;

namespace ScriptMta.Routing;

/// <summary>Users and groups as options name them: by name or by number. Gid is null for a number that no account has.</summary>
static class Identity
{
    public readonly record struct Found(uint Uid, uint? Gid, string? Name);

    public static Found? User(string text, RoutingDependencies dependencies)
    {
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var uid))
        {
            var known = dependencies.UserByUid(uid);
            return new(uid, known?.Gid, known?.Name);
        }
        return text.Length > 0 && dependencies.UserByName(text) is { } user ? new(user.Uid, user.Gid, user.Name) : null;
    }

    public static uint? Group(string text, RoutingDependencies dependencies) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var gid) ? gid
        : text.Length > 0 ? dependencies.GroupByName(text) : null;
}
