using System.Collections.Immutable;
using ScriptMta.Authentication;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Reception;

/// <summary>Who is offered what to authenticate by (Exim chapter 33).</summary>
sealed record AuthOptions
{
    public static readonly AuthOptions Default = new();

    public ImmutableArray<ServerAuthenticator> Authenticators { get; init; } = [];
    /// <summary>auth_advertise_hosts; not set = everybody, with passwords in clear only where nobody can listen.</summary>
    public RuleList? AdvertiseHosts { get; init; }
    /// <summary>tls_advertise_hosts is set to nobody: who authenticates does it without TLS, and the configuration knows.</summary>
    public bool IsWithoutTls { get; init; }

    /// <summary>A mechanism that shows its secret is offered on a connection that anybody can listen to only where the configuration says so: by auth_advertise_hosts, its own server_advertise_condition, or by having no TLS.</summary>
    public bool MayShow(ServerAuthenticator authenticator) =>
        !authenticator.ShowsSecret || authenticator.AdvertiseCondition is not null || AdvertiseHosts is not null || IsWithoutTls;

    public static AuthOptions From(OptionReader main, IReadOnlyList<SettingBlock> blocks)
    {
        var options = new AuthOptions
        {
            Authenticators = AuthenticatorSection.Load(blocks, main.Problems),
            AdvertiseHosts = main.List("auth_advertise_hosts", RuleList.Hosts),
            IsWithoutTls = main.Text("tls_advertise_hosts") is { } hosts && hosts.Text.TrimSpace().Length == 0,
        };
        foreach (var authenticator in options.Authenticators.Where(a => !options.MayShow(a)))
            main.Problems.Warn(authenticator.At, $"authenticator \"{authenticator.Name}\": {authenticator.PublicName} shows passwords, so it is offered over TLS and to clients on this machine only; set auth_advertise_hosts = * or its server_advertise_condition to offer it to others, as Exim does");
        return options;
    }
}
