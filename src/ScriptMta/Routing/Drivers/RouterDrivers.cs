using System.Collections.Frozen;
using ScriptMta.Language;

namespace ScriptMta.Routing;

/// <summary>What making a router may use: the reader of its block, its generic options, and the machine around it.</summary>
sealed record RouterMaking(OptionReader Reader, RouterOptions Generic, RoutingDependencies Dependencies);

/// <summary>How a router of one driver is made; null when it cannot be, which has then been reported. NeedsTransport: `transport` must be set unless the router only verifies.</summary>
sealed record RouterDriver(string Name, Func<RouterMaking, IRouter?> Make, bool NeedsTransport = false);

/// <summary>The router drivers by name. A new one is one file, one row here and its options in <see cref="RouterOptionTables"/>.</summary>
static class RouterDrivers
{
    public static readonly FrozenDictionary<string, RouterDriver> All = new RouterDriver[]
    {
        new("accept", m => new AcceptRouter(m.Generic), NeedsTransport: true),
        new("redirect", Redirect),
        new("dnslookup", m => new DnsLookupRouter(m.Generic, DnsLookupOptions.From(m.Reader)), NeedsTransport: true),
        new("manualroute", m => new ManualRouteRouter(m.Generic, ManualRouteOptions.From(m.Reader))),
        new("js", m => ScriptRouter.Bind(m.Reader, m.Generic, m.Dependencies.Scripts)),
        new("ipliteral", m => new IpLiteralRouter(m.Generic), NeedsTransport: true),
    }.ToFrozenDictionary(d => d.Name, StringComparer.Ordinal);

    static RedirectRouter Redirect(RouterMaking making)
    {
        var generic = making.Generic with { RepeatUse = making.Reader.Bool("repeat_use", true) };
        return new RedirectRouter(generic, new RedirectBinding(making.Reader, generic, making.Dependencies).Bind());
    }
}
