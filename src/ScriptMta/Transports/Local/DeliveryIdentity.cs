using System.Globalization;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;
using ScriptMta.Routing;

namespace ScriptMta.Transports;

/// <summary>
/// Whom a local delivery runs as and from where (Exim chapter 23): the transport's user, group and directories before the router's. Without root, everything
/// runs as ourselves. Error is set where something could not be expanded or found.
/// </summary>
sealed record DeliveryIdentity(uint Uid, uint Gid, string? UserName, bool InitGroups, Value? Home, string? Directory, string? Error = null)
{
    public bool IsOurs => Uid == Users.geteuid() && Gid == Users.getegid();

    /// <summary>Only root can become someone else; an ordinary user's MTA does everything as itself.</summary>
    public bool MustChange => !IsOurs && Users.geteuid() == 0;

    /// <summary>What stands before a command that is to run as the user: util-linux's setpriv becomes him and then the command; it is part of every Debian. Nothing of a message is among its arguments.</summary>
    public IReadOnlyList<string> CommandPrefix => !MustChange ? []
        : ["/usr/bin/setpriv", $"--reuid={Uid}", $"--regid={Gid}", InitGroups && UserName is not null ? "--init-groups" : "--clear-groups", "--"];

    /// <summary>Work on files by name, as the user. It must be synchronous: the identity is this thread's.</summary>
    public T Run<T>(Func<T> work) => MustChange ? FileIdentity.RunAs(Uid, Gid, work) : work();

    public void Run(Action work) => Run(() => { work(); return true; });

    public static DeliveryIdentity Of(TransportJob job, TransportOptions options, ExpansionContext context)
    {
        var plan = job.Recipients[0];
        var identity = new DeliveryIdentity(plan.User?.Uid ?? Users.geteuid(), plan.User?.Gid ?? Users.getegid(), plan.User?.Name, plan.User?.InitGroups ?? false,
            plan.HomeDirectory, plan.CurrentDirectory);
        return identity.WithUser(options, context).WithGroup(options, context).Allowed(options, context).WithDirectories(options, context);
    }

    DeliveryIdentity Allowed(TransportOptions options, ExpansionContext context) =>
        Error is null && context.Environment.NeverUsers.Contains(Uid) ? Wrong($"User {Uid} set for {options.Name} transport is on the never_users list") : this;

    DeliveryIdentity WithUser(TransportOptions options, ExpansionContext context)
    {
        if (options.User is not { } template) return this;
        var name = template.Expand(context);
        if (!name.IsOk) return Wrong($"failed to expand user string \"{template.Source}\" for {options.Name} transport: {name.Error}");
        if (uint.TryParse(name.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var uid))
            return this with { Uid = uid, UserName = Users.ByUid(uid)?.Name, InitGroups = options.InitGroups };
        return Users.ByName(name.Text) is { } user
            ? this with { Uid = user.Uid, Gid = user.Gid, UserName = user.Name, InitGroups = options.InitGroups }
            : Wrong($"Failed to find user \"{name.Text}\" from expanded string \"{template.Source}\" for the {options.Name} transport");
    }

    DeliveryIdentity WithGroup(TransportOptions options, ExpansionContext context)
    {
        if (Error is not null || options.Group is not { } template) return this;
        var name = template.Expand(context);
        if (!name.IsOk) return Wrong($"failed to expand group string \"{template.Source}\" for {options.Name} transport: {name.Error}");
        if (uint.TryParse(name.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var gid)) return this with { Gid = gid };
        return Users.GroupId(name.Text) is { } found ? this with { Gid = found }
            : Wrong($"Failed to find group \"{name.Text}\" from expanded string \"{template.Source}\" for the {options.Name} transport");
    }

    DeliveryIdentity WithDirectories(TransportOptions options, ExpansionContext context)
    {
        if (Error is not null) return this;
        var result = this;
        if (options.HomeDirectory is { } home)
        {
            var expanded = home.Expand(context);
            if (!expanded.IsOk) return Wrong($"home directory \"{home.Source}\" failed to expand for {options.Name} transport: {expanded.Error}");
            result = result with { Home = expanded.Value };
        }
        if (result.Home is { } value) context.Address.Home = value;
        if (options.CurrentDirectory is not { } current) return result;
        var directory = current.Expand(context);
        return directory.IsOk ? result with { Directory = directory.Text }
            : Wrong($"current directory \"{current.Source}\" failed to expand for {options.Name} transport: {directory.Error}");
    }

    DeliveryIdentity Wrong(string error) => this with { Error = error };
}
