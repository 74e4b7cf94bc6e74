using System.Collections.Immutable;
using ScriptMta.Authentication;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>hosts_try_auth and hosts_require_auth.</summary>
sealed record SmtpAuthOptions(RuleList? TryHosts, RuleList? RequireHosts)
{
    public static SmtpAuthOptions From(OptionReader reader) => new(reader.List("hosts_try_auth", RuleList.Hosts), reader.List("hosts_require_auth", RuleList.Hosts));
}

/// <summary>AUTH of one smtp transport (Exim 33.5).</summary>
sealed class SmtpAuth(SmtpAuthOptions options, ImmutableArray<ClientAuthenticator> clients)
{
    readonly bool _dependsOnMessage = ClientLogin.DependOnMessage(clients);

    /// <summary>Throws <see cref="UndecidedException"/>.</summary>
    public SmtpClientSettings Apply(SmtpClientSettings settings, ExpansionContext context, PeerEndpoint endpoint)
    {
        var host = new CalledHost(endpoint, context);
        var requires = host.IsIn(options.RequireHosts, "hosts_require_auth");
        if (!requires && !host.IsIn(options.TryHosts, "hosts_try_auth")) return settings;
        return settings with
        {
            Authenticate = new ClientLogin(clients, context, requires).RunAsync,
            // Another message must not go under the name of this one's sender.
            Security = $"{settings.Security}auth{(requires ? "!" : "")}{(_dependsOnMessage ? " " + context.Message.Id : "")}|",
        };
    }
}
