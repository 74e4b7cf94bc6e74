using System.Collections.Immutable;
using ScriptMta.Language;

namespace ScriptMta.Routing;

/// <summary>`begin routers` into an <see cref="AddressRouter"/>. Every error of the section is reported; with any, nothing is made.</summary>
static class RouterSection
{
    public static AddressRouter? Load(IReadOnlyList<SettingBlock> routers, RoutingDependencies deps, ProblemList problems)
    {
        var before = Errors(problems);
        var made = ImmutableArray.CreateBuilder<IRouter>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var block in routers)
        {
            if (!names.Add(block.Name)) problems.Error(block.At, $"there are two routers called \"{block.Name}\"");
            if (Make(block, deps, problems) is { } router) made.Add(router);
        }
        CheckNames(routers, made, problems);
        return Errors(problems) == before ? new AddressRouter(made.ToImmutable(), deps) : null;
    }

    static int Errors(ProblemList problems) => problems.All.Count(p => !p.IsWarning);

    static IRouter? Make(SettingBlock block, RoutingDependencies deps, ProblemList problems)
    {
        if (RouterOptionTables.Tables.Open(block, problems) is not { } reader) return null;
        var name = DriverTables.DriverOf(block) ?? "";
        var driver = RouterDrivers.All.GetValueOrDefault(name);
        if (driver is null && reader.Unbuilt is null) return null;
        var generic = new RouterBinding(reader).Bind(block.Name, name);
        CheckTransport(driver, generic, reader, deps);
        CheckIdentity(generic, reader, deps);
        return reader.Unbuilt is { } unbuilt ? new WaitingRouter(generic, unbuilt) : driver!.Make(new(reader, generic, deps));
    }

    static void CheckTransport(RouterDriver? driver, RouterOptions options, OptionReader reader, RoutingDependencies deps)
    {
        if (options.Transport is { IsConstant: true } transport && !deps.Transports.ContainsKey(transport.Source))
            reader.Error("transport", $"transport \"{transport.Source}\" not found");
        else if (options is { Transport: null, VerifyOnly: false } && driver is { NeedsTransport: true })
            reader.Problems.Error(reader.At, $"{reader.Owner}: a transport is required for this router");
    }

    static void CheckIdentity(RouterOptions options, OptionReader reader, RoutingDependencies deps)
    {
        if (options.User is { IsConstant: true } user && Identity.User(user.Source, deps) is null)
            reader.Error("user", $"user {user.Source} was not found");
        if (options.Group is { IsConstant: true } group && Identity.Group(group.Source, deps) is null)
            reader.Error("group", $"group {group.Source} was not found");
    }

    static void CheckNames(IReadOnlyList<SettingBlock> blocks, IReadOnlyList<IRouter> made, ProblemList problems)
    {
        var order = blocks.Select(b => b.Name).ToList();
        foreach (var options in made.Select(r => r.Options))
        {
            if (options.RedirectRouter is { } redirect && !order.Contains(redirect))
                problems.Error(options.At, $"redirect_router \"{redirect}\" not found for \"{options.Name}\" router");
            if (options.PassRouter is not { } pass) continue;
            var place = order.IndexOf(pass);
            if (place < 0) problems.Error(options.At, $"pass_router \"{pass}\" not found for \"{options.Name}\" router");
            else if (place <= order.IndexOf(options.Name)) problems.Error(options.At, $"pass_router \"{pass}\" does not follow \"{options.Name}\" router");
        }
    }
}
