using ScriptMta.Mail;

namespace ScriptMta.Expansion;

/// <summary>The address being checked, routed or delivered, its user, and the host it goes to.</summary>
static class AddressVariables
{
    public static readonly KeyValuePair<string, VariableReader>[] Rows =
    [
        new("local_part", e => e.AppendTainted(e.Context.Address.LocalPart)),
        new("domain", e => e.AppendTainted(e.Context.Address.Domain)),
        new("local_part_data", e => e.Append(e.Context.Address.LocalPartData)),
        new("domain_data", e => e.Append(e.Context.Address.DomainData)),
        new("local_part_prefix", e => Affix(e, e.Context.Address.Prefix, e.Context.Address.PrefixWild)),
        new("local_part_prefix_v", e => e.AppendTainted(e.Context.Address.PrefixWild)),
        new("local_part_suffix", e => Affix(e, e.Context.Address.Suffix, e.Context.Address.SuffixWild)),
        new("local_part_suffix_v", e => e.AppendTainted(e.Context.Address.SuffixWild)),
        new("original_local_part", e => e.AppendTainted(e.Context.Address.Original?.LocalPart)),
        new("original_domain", e => e.AppendTainted(e.Context.Address.Original?.Domain)),
        new("parent_local_part", e => e.AppendTainted(e.Context.Address.Parent?.LocalPart)),
        new("parent_domain", e => e.AppendTainted(e.Context.Address.Parent?.Domain)),
        new("address_data", e => e.Append(e.Context.Address.AddressData)),
        new("sender_address_data", e => e.Append(e.Context.Address.SenderAddressData)),
        new("address_file", e => e.Append(e.Context.Address.AddressFile, e.Context.Address.TargetTaint)),
        new("address_pipe", e => e.Append(e.Context.Address.AddressPipe, e.Context.Address.TargetTaint)),
        new("sender_data", e => e.Append(e.Context.Address.SenderData)),
        new("recipient_data", e => e.Append(e.Context.Address.RecipientData)),
        new("home", e => e.Append(e.Context.Address.Home)),
        new("local_user_uid", e => e.Append(e.Context.Address.LocalUserUid ?? uint.MaxValue)),
        new("local_user_gid", e => e.Append(e.Context.Address.LocalUserGid ?? uint.MaxValue)),
        new("router_name", e => e.Append(e.Context.Address.RouterName)),
        new("transport_name", e => e.Append(e.Context.Address.TransportName)),
        new("host", e => e.AppendTainted(e.Context.Address.Host)),
        new("host_address", e => e.Append(e.Context.Address.HostAddress)),
        new("host_port", e => e.Append(e.Context.Address.HostPort)),
        new("host_data", e => e.Append(e.Context.Address.HostData)),
        new("self_hostname", e => e.Append(e.Context.Address.SelfHostname)),
    ];

    /// <summary>What the configuration spells out is clean; what a wildcard took came from outside (Exim 11.9).</summary>
    static ExpandedKind Affix(Evaluation evaluation, string affix, string wild) => evaluation.Append(affix, wild.Length > 0 ? Taint.Tainted : Taint.Clean);
}
