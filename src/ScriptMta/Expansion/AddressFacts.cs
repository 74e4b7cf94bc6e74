using ScriptMta.Mail;

namespace ScriptMta.Expansion;

/// <summary>What is known of the address being checked, routed or delivered. *Data is the clean value that a list or lookup match gave.</summary>
sealed class AddressFacts
{
    public string LocalPart { get; set; } = "";
    public string Domain { get; set; } = "";
    /// <summary>Data of the last match; null = unset, so that $local_part_data of an unmatched address is empty.</summary>
    public Value? LocalPartData { get; set; }
    public Value? DomainData { get; set; }
    public string Prefix { get; set; } = "";
    public string Suffix { get; set; } = "";
    /// <summary>The part of the affix that a wildcard matched.</summary>
    public string PrefixWild { get; set; } = "";
    public string SuffixWild { get; set; } = "";
    public MailAddress? Parent { get; set; }
    public MailAddress? Original { get; set; }
    public Value? AddressData { get; set; }
    public Value? SenderAddressData { get; set; }
    /// <summary>$r_…: set by routers; name after "r_".</summary>
    public Dictionary<string, Value> RouterVariables { get; private set; } = new(StringComparer.Ordinal);
    public Value? Home { get; set; }
    public uint? LocalUserUid { get; set; }
    public uint? LocalUserGid { get; set; }
    public string RouterName { get; set; } = "";
    public string TransportName { get; set; } = "";
    /// <summary>$host, $host_address, $host_port during remote delivery and manualroute transports.</summary>
    public string Host { get; set; } = "";
    public string HostAddress { get; set; } = "";
    public int HostPort { get; set; }
    public Value? HostData { get; set; }
    public string SelfHostname { get; set; } = "";
    /// <summary>$address_pipe and $address_file of a generated delivery.</summary>
    public string AddressPipe { get; set; } = "";
    public string AddressFile { get; set; } = "";
    /// <summary>Of AddressPipe or AddressFile.</summary>
    public Taint TargetTaint { get; set; }
    public Value? SenderData { get; set; }
    public Value? RecipientData { get; set; }

    /// <summary>A copy that later changes to this one do not reach.</summary>
    public AddressFacts Copy()
    {
        var copy = (AddressFacts)MemberwiseClone();
        copy.RouterVariables = new(RouterVariables, StringComparer.Ordinal);
        return copy;
    }
}
