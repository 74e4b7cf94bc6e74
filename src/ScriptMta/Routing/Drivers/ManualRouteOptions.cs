using System.Collections.Immutable;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Routing;

enum HostFindFailed { Freeze, Defer, Decline, Fail, Pass, Ignore }

/// <summary>One rule of route_list. Hosts is expanded when its pattern has matched; Words are options and perhaps a transport.</summary>
sealed record RouteRule(RuleList Pattern, Template Hosts, string Words);

/// <summary>The private options of manualroute (Exim 20.1). Exactly one of RouteList and RouteData is set.</summary>
sealed record ManualRouteOptions
{
    public ImmutableArray<RouteRule>? RouteList { get; init; }
    public Template? RouteData { get; init; }
    public bool HostsRandomize { get; init; }
    public HostFindFailed HostFindFailed { get; init; }
    public HostFindFailed HostAllIgnored { get; init; }

    public static ManualRouteOptions From(OptionReader reader)
    {
        if (reader.Has("route_list") == reader.Has("route_data")) reader.Error("route_list", "route_list or route_data (but not both) must be specified");
        return new()
        {
            RouteList = reader.Text("route_list") is { } list ? [.. ListItems.Split(list.Text, ';').Select(item => Rule(item, list, reader))] : null,
            RouteData = new RouterBinding(reader).Template("route_data"),
            HostsRandomize = reader.Bool("hosts_randomize", false),
            HostFindFailed = Choice(reader, "host_find_failed", HostFindFailed.Freeze),
            HostAllIgnored = Choice(reader, "host_all_ignored", HostFindFailed.Defer),
        };
    }

    static RouteRule Rule(string item, OptionText list, OptionReader reader)
    {
        var (pattern, hosts, words) = RouteRuleGrammar.ReadRule(item);
        return new(RuleList.Domains(new(pattern, list.At)), reader.Checked("route_list", new OptionText(hosts, list.At)), words);
    }

    static HostFindFailed Choice(OptionReader reader, string option, HostFindFailed otherwise)
    {
        if (reader.Text(option) is not { } text) return otherwise;
        if (Enum.TryParse<HostFindFailed>(text.Text, ignoreCase: true, out var choice) && !char.IsAsciiDigit(text.Text[0])
            && (choice != HostFindFailed.Ignore || option == "host_find_failed"))
            return choice;
        reader.Error(option, $"unrecognized setting for {option} option (decline, defer, fail, freeze{(option == "host_find_failed" ? ", ignore" : "")} or pass)");
        return otherwise;
    }
}
