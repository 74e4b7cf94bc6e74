using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Authentication;

/// <summary>`begin authenticators`: the clients in it, in order. <see cref="AuthenticatorSection"/> reports what is wrong with a block as such.</summary>
static partial class ClientSection
{
    /// <summary>Null = the instance is no client. A new driver is one line here and one file.</summary>
    static readonly FrozenDictionary<string, Func<ClientBlock, ClientMechanism?>> Drivers = new Dictionary<string, Func<ClientBlock, ClientMechanism?>>(StringComparer.Ordinal)
    {
        ["cram_md5"] = CramMd5Client.Make,
        ["external"] = ExternalClient.Make,
        ["gsasl"] = GsaslClient.Make,
        ["plaintext"] = PlainTextClient.Make,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static ImmutableArray<ClientAuthenticator> Load(IReadOnlyList<SettingBlock> blocks, ProblemList problems)
    {
        var clients = ImmutableArray.CreateBuilder<ClientAuthenticator>();
        foreach (var block in blocks)
        {
            var ours = new ProblemList();
            if (AuthenticatorOptionTables.Tables.Open(block, ours) is not { } reader || !Drivers.TryGetValue(DriverTables.DriverOf(block)!, out var make)) continue;
            var reported = ours.All.Count;
            if (Make(block, reader, make) is { } client) clients.Add(client);
            foreach (var problem in ours.All.Skip(reported))
                if (problem.IsWarning) problems.Warn(problem.At, problem.Message); else problems.Error(problem.At, problem.Message);
        }
        return clients.ToImmutable();
    }

    static ClientAuthenticator? Make(SettingBlock block, OptionReader reader, Func<ClientBlock, ClientMechanism?> make)
    {
        var name = (reader.Text("public_name")?.Text ?? block.Name).UpperAscii();
        if (make(new(reader, name)) is not { } mechanism) return null;
        return new()
        {
            Name = block.Name, PublicName = name, Mechanism = mechanism, Condition = reader.Template("client_condition"), SetId = reader.Template("client_set_id"),
            DependsOnMessage = block.Settings.Any(s => s.Name.StartsWith("client_", StringComparison.Ordinal) && s.Value is { } value && OfMessage().IsMatch(value.Text)),
        };
    }

    /// <summary>Variables of the envelope, the message or the rules that have run for it; also anything that may look at them without a name.</summary>
    [GeneratedRegex(@"\$\{?(sender_|local_part|domain|original_|parent_|address_|return_path|recipients|received_|message_|h_|rh_|bh_|lh_|header_|rheader_|bheader_|lheader_|acl_m|r_|reply_address|authenticated_|body_|transport_|router_|js)|\$\{(perl|run|dlfunc|acl)", RegexOptions.CultureInvariant)]
    private static partial Regex OfMessage();
}
