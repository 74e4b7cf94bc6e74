using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>Makes <see cref="ReceptionOptions"/> from the main section; what is wrong goes to its problems.</summary>
static class ReceptionOptionsReader
{
    public static ReceptionOptions Read(OptionReader main, RuleEnvironment environment)
    {
        var none = ReceptionOptions.Default;
        return Limits(main, Hosts(main, none with
        {
            Version = environment.Settings.GetValueOrDefault("version_number") ?? OwnVersion,
            LocalInterfaces = main.Text("local_interfaces")?.Text ?? none.LocalInterfaces,
            DaemonSmtpPorts = (main.Text("daemon_smtp_ports") ?? main.Text("daemon_smtp_port"))?.Text ?? none.DaemonSmtpPorts,
            ConnectBacklog = (int)main.Int("smtp_connect_backlog", none.ConnectBacklog),
            DisableIpv6 = main.Bool("disable_ipv6", false),
            ActiveHostname = main.Template("smtp_active_hostname"),
            Banner = main.Template("smtp_banner"),
            ReceivedHeaderText = main.Template("received_header_text"),
            HeloAllowChars = main.Text("helo_allow_chars")?.Text ?? "",
            Extensions = ExtensionOptions.From(main),
            Proxy = ProxyOptions.From(main),
            Tls = TlsOptions.From(main),
            Accept8BitMime = main.Bool("accept_8bitmime", true),
            EnforceSync = main.Bool("smtp_enforce_sync", true),
            ReturnErrorDetails = main.Bool("smtp_return_error_details", false),
            ReturnPathRemove = main.Bool("return_path_remove", true),
            EnvelopeToRemove = main.Bool("envelope_to_remove", true),
            DeliveryDateRemove = main.Bool("delivery_date_remove", true),
            EtrnCommand = main.Template("smtp_etrn_command"),
            EtrnSerialize = main.Bool("smtp_etrn_serialize", true),
            MessageIdDomain = main.Template("message_id_header_domain"),
            MessageIdText = main.Template("message_id_header_text"),
            Local = LocalOptions.From(main),
            UntrustedSetSender = main.List("untrusted_set_sender", RuleList.Addresses),
            ExtractAddressesRemoveArguments = main.Bool("extract_addresses_remove_arguments", true),
            QueueOnly = main.Bool("queue_only", false),
            AddressRules = new AddressRules
            {
                AllowDomainLiterals = main.Bool("allow_domain_literals", false),
                StripExcessAngleBrackets = main.Bool("strip_excess_angle_brackets", false),
                StripTrailingDot = main.Bool("strip_trailing_dot", false),
                AllowUtf8Domains = main.Bool("allow_utf8_domains", false),
            },
        }));
    }

    /// <summary>Of this program: three numbers.</summary>
    static string OwnVersion => typeof(ReceptionOptionsReader).Assembly.GetName().Version?.ToString(3) ?? "";

    static ReceptionOptions Hosts(OptionReader main, ReceptionOptions options) => options with
    {
        HostLookup = main.List("host_lookup", RuleList.Hosts),
        HostRejectConnection = main.List("host_reject_connection", RuleList.Hosts),
        HeloAcceptJunkHosts = main.List("helo_accept_junk_hosts", RuleList.Hosts),
        SenderUnqualifiedHosts = main.List("sender_unqualified_hosts", RuleList.Hosts),
        RecipientUnqualifiedHosts = main.List("recipient_unqualified_hosts", RuleList.Hosts),
        PipeliningAdvertiseHosts = main.List("pipelining_advertise_hosts", RuleList.Hosts),
        NonmailHosts = main.List("smtp_accept_max_nonmail_hosts", RuleList.Hosts),
        ReserveHosts = main.List("smtp_reserve_hosts", RuleList.Hosts),
    };

    static ReceptionOptions Limits(OptionReader main, ReceptionOptions options) => options with
    {
        Limits = LimitOptions.From(main),
        AcceptMax = (int)main.Int("smtp_accept_max", options.AcceptMax),
        AcceptReserve = (int)main.Int("smtp_accept_reserve", options.AcceptReserve),
        AcceptMaxPerHost = ExpandedNumber.From(main, "smtp_accept_max_per_host", options.AcceptMaxPerHost),
        AcceptMaxPerConnection = ExpandedNumber.From(main, "smtp_accept_max_per_connection", options.AcceptMaxPerConnection),
        AcceptMaxNonmail = (int)main.Int("smtp_accept_max_nonmail", options.AcceptMaxNonmail),
        MaxSynprotErrors = (int)main.Int("smtp_max_synprot_errors", options.MaxSynprotErrors),
        MaxUnknownCommands = (int)main.Int("smtp_max_unknown_commands", options.MaxUnknownCommands),
        RecipientsMax = (int)main.Int("recipients_max", options.RecipientsMax),
        RecipientsMaxReject = main.Bool("recipients_max_reject", false),
        MessageSizeLimit = ExpandedNumber.From(main, "message_size_limit", options.MessageSizeLimit),
        HeaderMaxSize = (int)main.Int("header_maxsize", options.HeaderMaxSize),
        HeaderLineMaxSize = (int)main.Int("header_line_maxsize", options.HeaderLineMaxSize),
        ReceivedHeadersMax = (int)main.Int("received_headers_max", options.ReceivedHeadersMax),
        ReceiveTimeout = ExpandedNumber.From(main, "smtp_receive_timeout", options.ReceiveTimeout),
    };
}
