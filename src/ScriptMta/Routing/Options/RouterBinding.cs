using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Routing;

/// <summary>Reads the generic options of one router: the only place that knows their names. Problems go to the reader's list.</summary>
sealed class RouterBinding(OptionReader reader)
{
    public RouterOptions Bind(string name, string driver) => Handling(Preconditions(new RouterOptions { Name = name, Driver = driver, At = reader.At }));

    RouterOptions Preconditions(RouterOptions options) => options with
    {
        Prefix = Affixes("local_part_prefix", "local_part_prefix_optional"),
        Suffix = Affixes("local_part_suffix", "local_part_suffix_optional"),
        VerifySender = reader.Bool("verify_sender", reader.Bool("verify", true)),
        VerifyRecipient = reader.Bool("verify_recipient", reader.Bool("verify", true)),
        VerifyOnly = reader.Bool("verify_only", false),
        AddressTest = reader.Bool("address_test", true),
        Expn = reader.Bool("expn", true),
        Domains = List("domains", RuleList.Domains),
        LocalParts = List("local_parts", RuleList.LocalParts),
        Senders = List("senders", RuleList.Addresses),
        CheckLocalUser = reader.Bool("check_local_user", false),
        RouterHome = Template("router_home_directory"),
        DebugPrint = Template("debug_print"),
        RequireFiles = Templates("require_files", ':'),
        Conditions = [.. reader.All("condition").Select(text => reader.Checked("condition", text))],
    };

    RouterOptions Handling(RouterOptions options) => options with
    {
        CasefulLocalPart = reader.Bool("caseful_local_part", false),
        Set = [.. reader.All("set").SelectMany(Variables)],
        AddressData = Template("address_data"),
        More = Flag("more", true),
        Unseen = Flag("unseen", false),
        PassRouter = reader.Text("pass_router")?.Text,
        RedirectRouter = reader.Text("redirect_router")?.Text,
        CannotRouteMessage = Template("cannot_route_message"),
        FailVerifySender = reader.Bool("fail_verify_sender", reader.Bool("fail_verify", false)),
        FailVerifyRecipient = reader.Bool("fail_verify_recipient", reader.Bool("fail_verify", false)),
        ErrorsTo = Template("errors_to"),
        HeadersAdd = Templates("headers_add", '\n'),
        HeadersRemove = Templates("headers_remove", ':'),
        Transport = Template("transport"),
        User = Template("user"),
        Group = Template("group"),
        InitGroups = reader.Bool("initgroups", false),
        TransportHome = Template("transport_home_directory"),
        TransportCurrent = Template("transport_current_directory"),
        RetryUsesLocalPart = reader.Bool("retry_use_local_part", UsesLocalPart(options)),
        DisableLogging = reader.Bool("disable_logging", false),
        DsnLastHop = reader.Bool("dsn_lasthop", false),
        LogAsLocal = reader.Bool("log_as_local", options.Driver == "accept"),
        Self = Self(),
        IgnoreTargetHosts = List("ignore_target_hosts", RuleList.Hosts),
        DnssecRequest = List("dnssec_request_domains", RuleList.Domains),
        DnssecRequire = List("dnssec_require_domains", RuleList.Domains),
        PassOnTimeout = reader.Bool("pass_on_timeout", false),
        FallbackHosts = [.. FallbackHosts()],
    };

    /// <summary>Exim's default for retry_use_local_part: any precondition that may look at the local part or sender.</summary>
    static bool UsesLocalPart(RouterOptions o) =>
        o.CheckLocalUser || o.LocalParts is not null || o.Conditions.Length > 0 || o.Prefix.IsSet || o.Suffix.IsSet || o.Senders is not null || o.RequireFiles.Length > 0;

    public Template? Template(string name) => reader.Template(name);

    /// <summary>The items of a list option, each a template of its own.</summary>
    public ImmutableArray<Template> Templates(string name, char separator) =>
        [.. reader.All(name).SelectMany(text => ListItems.Split(text.Text, separator).Select(item => reader.Checked(name, new OptionText(item, text.At))))];

    public RuleList? List(string name, Func<OptionText, RuleList> make) => reader.List(name, make);

    AffixList Affixes(string name, string optional) => reader.Text(name) is { } text
        ? new([.. ListItems.Split(text.Text)], reader.Bool(optional, false))
        : AffixList.None;

    RouterFlag Flag(string name, bool otherwise) =>
        reader.Text(name) is { } text && text.Text.Contains('$') ? new(otherwise, reader.Checked(name, text)) : new(reader.Bool(name, otherwise));

    IEnumerable<RouterVariable> Variables(OptionText text)
    {
        foreach (var item in ListItems.Split(text.Text, ';'))
        {
            var equals = item.IndexOf('=');
            var name = equals < 0 ? item : item[..equals].TrimSpaceAtEnd();
            if (equals < 0 || !name.StartsWith("r_", StringComparison.Ordinal) || name.Length == 2)
                reader.Error("set", $"\"{item}\" must read \"r_name = value\"");
            else yield return new(name[2..], reader.Checked("set", new OptionText(item[(equals + 1)..].TrimSpaceAtStart(), text.At)));
        }
    }

    SelfRule Self()
    {
        if (reader.Text("self") is not { } text) return SelfRule.Freeze;
        if (SelfRule.Parse(text.Text) is { } rule)
        {
            if (rule.RewriteHeaders) reader.Error("self", "\"reroute: rewrite:\" is known but not built yet; \"reroute:\" leaves the headers alone");
            return rule;
        }
        reader.Error("self", $"{text.Text} is not valid for the self option (freeze, defer, reroute: domain, pass, fail or send)");
        return SelfRule.Freeze;
    }

    IEnumerable<DeliveryHost> FallbackHosts()
    {
        if (reader.Text("fallback_hosts") is not { } text) yield break;
        foreach (var item in ListItems.Split(text.Text))
            if (HostItem.Parse(item, out var error) is { } host) yield return host.ToDeliveryHost();
            else reader.Error("fallback_hosts", error);
    }
}
