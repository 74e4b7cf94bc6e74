using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;

namespace ScriptMta.Routing;

/// <summary>
/// require_files (Exim chapter 15): items without "/" name the user (and ",group") for whom the files after them must be reachable;
/// "!" asks for absence; "+" takes "permission denied" for absence.
/// </summary>
static class RequiredFiles
{
    readonly record struct Reader(string Name, uint Uid, uint Gid);

    public static Match Check(RouterVisit visit)
    {
        Reader? reader = null;
        foreach (var item in visit.Options.RequireFiles)
        {
            var value = item.Expand(visit.Context);
            if (value.Kind == ExpandedKind.ForcedFail || value is { IsOk: true, Text.Length: 0 }) continue;
            if (!value.IsOk) return Match.Defer($"failed to expand \"{item.Source}\" for require_files: {value.Error}");
            var text = value.Text.TrimSpace();
            if (!text.Contains('/'))
            {
                if (FindReader(text, visit.Dependencies) is not { } found) return Match.Defer(NotFound(text, visit.Dependencies));
                reader = found;
            }
            else if (One(text, reader) is { IsYes: false } match) return match;
        }
        return Match.Yes;
    }

    static Match One(string item, Reader? reader)
    {
        var (negated, deniedIsAbsent) = (false, false);
        while (item.Length > 0 && item[0] is '!' or '+')
        {
            if (item[0] == '!') negated = true; else deniedIsAbsent = true;
            item = item[1..].TrimSpaceAtStart();
        }
        var state = Exists(item, reader, deniedIsAbsent);
        if (state.IsDefer) return state;
        if (state.IsYes != negated) return Match.Yes;
        return new(MatchKind.No, negated ? $"require_files: {item} exists" : $"require_files: {item} does not exist");
    }

    static Match Exists(string path, Reader? reader, bool deniedIsAbsent)
    {
        if (!path.StartsWith('/')) return Match.Defer($"require_files: \"{path}\" is not an absolute path");
        if (Files.Status(path, out var reason) is null)
            return FileFailure.IsAbsent(reason) || (deniedIsAbsent && FileFailure.IsDenied(reason)) ? Match.No : Match.Defer($"require_files: error for {path}: {reason}");
        if (reader is not { } user || Reaches(path, user)) return Match.Yes;
        return deniedIsAbsent ? Match.No : Match.Defer($"require_files: error for {path}: Permission denied (for user {user.Name})");
    }

    public static bool CanRead(string path, uint uid, uint gid) => Reaches(path, new Reader("", uid, gid));

    /// <summary>Exim's rough check: "x" on every directory of the path and "r" at its end, by the permission bits alone.</summary>
    static bool Reaches(string path, Reader user)
    {
        for (var slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
            if (!Allows(path[..slash], user, bit: 1)) return false;
        return Allows(path, user, bit: 4);
    }

    static bool Allows(string path, Reader user, uint bit)
    {
        if (Files.Status(path, out _) is not { } status) return false;
        var shift = status.Owner == user.Uid ? 6 : status.Group == user.Gid ? 3 : 0;
        return (status.Mode >> shift & bit) != 0;
    }

    static Reader? FindReader(string text, RoutingDependencies dependencies)
    {
        var comma = text.IndexOf(',');
        var name = comma < 0 ? text : text[..comma].TrimSpaceAtEnd();
        if (Identity.User(name, dependencies) is not { } user) return null;
        if (comma < 0) return new(name, user.Uid, user.Gid ?? 0);
        return Identity.Group(text[(comma + 1)..].TrimSpaceAtStart(), dependencies) is { } gid ? new(name, user.Uid, gid) : null;
    }

    static string NotFound(string text, RoutingDependencies dependencies)
    {
        var comma = text.IndexOf(',');
        return comma >= 0 && Identity.User(text[..comma].TrimSpaceAtEnd(), dependencies) is not null
            ? $"group \"{text[(comma + 1)..].TrimSpaceAtStart()}\" for require_files not found"
            : $"user \"{(comma < 0 ? text : text[..comma].TrimSpaceAtEnd())}\" for require_files not found";
    }
}
