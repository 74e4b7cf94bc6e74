using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>The main options that reception obeys, with Exim's defaults (chapter 14). Times and sizes that Exim expands are expanded at use.</summary>
sealed record ReceptionOptions
{
    public static readonly ReceptionOptions Default = new();

    public string LocalInterfaces { get; init; } = "<; ::0 ; 0.0.0.0";
    public string DaemonSmtpPorts { get; init; } = "smtp";
    public int ConnectBacklog { get; init; } = 20;
    public bool DisableIpv6 { get; init; }

    public Template? ActiveHostname { get; init; }
    /// <summary>Null = host name, "ESMTP ScriptMta", version and time.</summary>
    public Template? Banner { get; init; }
    /// <summary>Null = the default shape, which is built without an expansion.</summary>
    public Template? ReceivedHeaderText { get; init; }
    public string Version { get; init; } = "";

    public RuleList? HostLookup { get; init; }
    public RuleList? HostRejectConnection { get; init; }
    public RuleList? HeloAcceptJunkHosts { get; init; }
    public string HeloAllowChars { get; init; } = "";
    public RuleList? SenderUnqualifiedHosts { get; init; }
    public RuleList? RecipientUnqualifiedHosts { get; init; }
    public RuleList? PipeliningAdvertiseHosts { get; init; }
    public RuleList? NonmailHosts { get; init; }
    public RuleList? ReserveHosts { get; init; }
    public ExtensionOptions Extensions { get; init; } = ExtensionOptions.Default;
    public bool Accept8BitMime { get; init; } = true;
    public bool EnforceSync { get; init; } = true;
    public bool ReturnErrorDetails { get; init; }

    /// <summary>20: what Exim's authors thought a host of their time could bear; a bound on memory and descriptors. 0 = no limit.</summary>
    public int AcceptMax { get; init; } = 20;
    public int AcceptReserve { get; init; }
    public ExpandedNumber AcceptMaxPerHost { get; init; } = new(0);
    public ExpandedNumber AcceptMaxPerConnection { get; init; } = new(1000);
    public int AcceptMaxNonmail { get; init; } = 10;
    public int MaxSynprotErrors { get; init; } = 3;
    public int MaxUnknownCommands { get; init; } = 3;
    /// <summary>Bounds the memory of one transaction.</summary>
    public int RecipientsMax { get; init; } = 50000;
    public bool RecipientsMaxReject { get; init; }
    public ExpandedNumber MessageSizeLimit { get; init; } = new(50 << 20);
    public int HeaderMaxSize { get; init; } = 1 << 20;
    public int HeaderLineMaxSize { get; init; }
    public int ReceivedHeadersMax { get; init; } = 30;
    /// <summary>RFC 5321 4.5.3.2.7: at least 5 minutes.</summary>
    public ExpandedNumber ReceiveTimeout { get; init; } = new(300, isTime: true);

    public TlsOptions Tls { get; init; } = TlsOptions.Default;
    public AuthOptions Auth { get; init; } = AuthOptions.Default;
    public LimitOptions Limits { get; init; } = LimitOptions.Default;

    public bool ReturnPathRemove { get; init; } = true;
    public bool EnvelopeToRemove { get; init; } = true;
    public bool DeliveryDateRemove { get; init; } = true;
    /// <summary>smtp_etrn_command; null = a queue run.</summary>
    public Template? EtrnCommand { get; init; }
    public bool EtrnSerialize { get; init; } = true;
    public Template? MessageIdDomain { get; init; }
    public Template? MessageIdText { get; init; }
    public AddressRules AddressRules { get; init; } = AddressRules.Default;

    public LocalOptions Local { get; init; } = new();
    public RuleList? UntrustedSetSender { get; init; }
    public bool ExtractAddressesRemoveArguments { get; init; } = true;
    public ProxyOptions Proxy { get; init; } = ProxyOptions.None;
    public bool QueueOnly { get; init; }
}
