using ScriptMta.Common.Posix;

namespace ScriptMta.Routing;

/// <summary>
/// As whom redirection files are read: a .forward file and what it includes are the user's words, so they may show nothing that the user could
/// not read. As root we become the user for the call; else the permission bits of an included file are looked at.
/// </summary>
sealed class RedirectReader(RouterVisit visit)
{
    readonly (uint Uid, uint Gid, string Name)? _user = User(visit);

    public RedirectFileAnswer Open(string path, RedirectFileRules rules) => AsUser(() => RedirectFile.Open(path, rules, visit.LocalUser));

    public T AsUser<T>(Func<T> work) =>
        _user is { Uid: > 0 } user && Users.geteuid() == 0 ? FileIdentity.RunAs(user.Uid, user.Gid, work) : work();

    public RedirectFileAnswer Include(string path)
    {
        if (_user is { Uid: > 0 } user && Users.geteuid() != 0 && File.Exists(path) && !RequiredFiles.CanRead(path, user.Uid, user.Gid))
            return new RedirectFileAnswer.Refused($"Permission denied (for user {user.Name})");
        return Open(path, Anything);
    }

    static readonly RedirectFileRules Anything = new() { ModeMask = 0, IgnoreNotDirectory = true };

    static (uint, uint, string)? User(RouterVisit visit)
    {
        if (visit.LocalUser is { } local) return (local.Uid, local.Gid, local.Name);
        if (visit.Options.User?.Expand(visit.Context) is not { IsOk: true } value) return null;
        return Identity.User(value.Text, visit.Dependencies) is { Gid: { } gid } found ? (found.Uid, gid, found.Name ?? value.Text) : null;
    }
}
