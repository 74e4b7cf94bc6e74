using System.Security.Cryptography;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>socks_proxy of one smtp transport.</summary>
sealed class SmtpProxies(string transport, Template? list)
{
    public static SmtpProxies From(string transport, OptionReader reader)
    {
        var list = reader.Template("socks_proxy");
        if (list is { IsConstant: true } && SocksProxy.Read(list.Source, Random.Shared, out var error) is null) reader.Error("socks_proxy", error);
        return new(transport, list);
    }

    /// <summary>Problem: a proxy that cannot be told is not gone round.</summary>
    public SmtpClientSettings Apply(SmtpClientSettings settings, ExpansionContext context, out string problem)
    {
        problem = "";
        if (list is null) return settings;
        var expanded = list.Expand(context);
        if (!expanded.IsOk) problem = $"Bad expansion for socks_proxy in {transport}: {expanded.Error}";
        else if (SocksProxy.Read(expanded.Text, context.Environment.Random, out var error) is not { } proxies) problem = $"socks_proxy in {transport}: {error}";
        else if (proxies.Count > 0)
            return settings with
            {
                Connect = new SocksDialer(proxies, text => context.Environment.Log.Panic(context.Message.Id, text)).ConnectAsync,
                // Passwords are in it.
                Security = settings.Security + Convert.ToHexString(SHA256.HashData(Latin1.Encode(expanded.Text))) + "|",
            };
        return settings;
    }
}
