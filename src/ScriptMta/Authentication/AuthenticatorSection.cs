using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Authentication;

/// <summary>`begin authenticators`: the servers in it, in order. What only a client needs is read, so that its errors show, and kept in the document for it.</summary>
static class AuthenticatorSection
{
    /// <summary>Exim's limit.</summary>
    const int LongestName = 64;

    public static ImmutableArray<ServerAuthenticator> Load(IReadOnlyList<SettingBlock> blocks, ProblemList problems)
    {
        var servers = ImmutableArray.CreateBuilder<ServerAuthenticator>();
        foreach (var block in blocks)
        {
            if (block.Name.Length > LongestName) problems.Error(block.At, $"authenticator name \"{block.Name}\" is over-length: it may have {LongestName} characters");
            if (AuthenticatorOptionTables.Tables.Open(block, problems) is { } reader && Make(block, reader) is { } server) servers.Add(server);
        }
        CheckNames(servers, problems);
        return servers.ToImmutable();
    }

    static ServerAuthenticator? Make(SettingBlock block, OptionReader reader)
    {
        var driver = DriverTables.DriverOf(block)!;
        var name = (reader.Text("public_name")?.Text ?? block.Name).UpperAscii();
        var made = AuthenticatorDrivers.All[driver](new(reader, block.Name, name));
        if (made.Mechanism is not { } mechanism) return null;
        if (!IsMechanismName(name) && !made.IsTls) reader.Problems.Error(reader.PlaceOf("public_name"), $"{reader.Owner}: public_name \"{name}\" is no name of a mechanism (RFC 4422 3.1): it may have up to {LongestName} letters, digits, hyphens and underscores");
        return new()
        {
            Name = block.Name, Driver = driver, At = block.At, PublicName = name, Mechanism = mechanism, ShowsSecret = made.ShowsSecret, NeedsBinding = made.NeedsBinding, IsTls = made.IsTls,
            AdvertiseCondition = reader.Template("server_advertise_condition"), SetId = reader.Template("server_set_id"), DebugPrint = reader.Template("server_debug_print"),
            MailAuthCondition = reader.Template("server_mail_auth_condition"),
        };
    }

    static void CheckNames(ImmutableArray<ServerAuthenticator>.Builder servers, ProblemList problems)
    {
        for (var i = 0; i < servers.Count; i++)
        {
            if (servers.Take(i).FirstOrDefault(s => s.PublicName == servers[i].PublicName && !s.IsTls && !servers[i].IsTls) is { } other)
                problems.Error(servers[i].At, $"two server authenticators ({other.Name} and {servers[i].Name}) have the same public name ({servers[i].PublicName})");
            if (servers[i].IsTls && servers.Take(i).FirstOrDefault(s => s.IsTls) is { } first)
                problems.Error(servers[i].At, $"two authenticators ({first.Name} and {servers[i].Name}) have the driver \"tls\": one is all that there may be");
        }
    }

    static bool IsMechanismName(string name) => name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
