using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>One address at one router: what the preconditions find out is kept here for the driver and the plan. Owned by one routing run.</summary>
sealed class RouterVisit
{
    public required RoutedAddress Address { get; init; }
    public required RouterOptions Options { get; init; }
    public required RoutingPurpose Purpose { get; init; }
    public required RoutingDependencies Dependencies { get; init; }
    public required ExpansionContext Context { get; init; }

    /// <summary>The account that check_local_user found.</summary>
    public UnixUser? LocalUser { get; set; }

    /// <summary>$local_part with the capitals of the address, which "+caseful" in local_parts counts.</summary>
    public required string LocalPartAsGiven { get; set; }

    public AddressFacts Facts => Context.Address;
    public bool IsVerifying => Purpose is RoutingPurpose.VerifyRecipient or RoutingPurpose.VerifySender;

    public static RouterVisit Begin(RoutedAddress address, RouterOptions options, ExpansionContext message, RoutingPurpose purpose, RoutingDependencies dependencies)
    {
        var given = MailAddress.Unquoted(address.Address.LocalPart);
        var facts = new AddressFacts
        {
            LocalPart = options.CasefulLocalPart ? given : AsciiCase.Lower(given),
            Domain = AsciiCase.Lower(address.Address.Domain),
            Parent = address.Parent?.Address,
            Original = address.Top.Address,
            AddressData = address.AddressData,
            RouterName = options.Name,
            SelfHostname = address.SelfHostname,
            SenderAddressData = message.Address.SenderAddressData,
        };
        foreach (var (name, value) in address.RouterVariables) facts.RouterVariables[name] = value;
        return new()
        {
            Address = address, Options = options, Purpose = purpose, Dependencies = dependencies, Context = message.ForAddress(facts), LocalPartAsGiven = given,
        };
    }
}
