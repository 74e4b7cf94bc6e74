using System.Net;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>"@": primary_hostname.</summary>
sealed class OwnNamePattern : ListPattern
{
    public override ItemResult Test(ListSubject subject) =>
        new LiteralPattern(subject.Context.Environment.PrimaryHostname).Test(subject) is { Outcome: ItemOutcome.Yes, Data: { } data }
            ? ItemResult.Yes(Value.Clean(data.Text)) : ItemResult.No;
}

/// <summary>"@[]" in a domain list: a domain literal with an address of this machine.</summary>
sealed class OwnLiteralPattern : ListPattern
{
    const string Prefix = "IPv6:";

    public override ItemResult Test(ListSubject subject)
    {
        var text = subject.Text;
        if (text is not ['[', .., ']']) return ItemResult.No;
        text = text[1..^1];
        if (text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) text = text[Prefix.Length..];
        if (!IPAddress.TryParse(text, out var address) || !IsOwn(address, subject.Context.Environment)) return ItemResult.No;
        subject.SetCaptures(subject.Compared);
        return ItemResult.Yes(Value.Clean("@[]"));
    }

    /// <summary>Every loopback address counts as ours, whichever interfaces are up.</summary>
    public static bool IsOwn(IPAddress address, RuleEnvironment environment)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return environment.LocalAddresses.Contains(address) || address.Equals(IPAddress.Loopback) || address.Equals(IPAddress.IPv6Loopback);
    }
}

/// <summary>"@mx_any", "@mx_primary", "@mx_secondary", each with "/ignore=IP list": whether the domain's mail hosts are this machine.</summary>
sealed class MxPattern : ListPattern
{
    enum Wanted { Any, Primary, Secondary }

    readonly string _text;
    readonly Wanted _wanted;
    readonly ParsedList? _ignored;

    MxPattern(string text, Wanted wanted, ParsedList? ignored) => (_text, _wanted, _ignored) = (text, wanted, ignored);

    public static ListPattern Parse(string text)
    {
        var slash = text.IndexOf('/');
        var word = slash < 0 ? text : text[..slash];
        if (word is not ("@mx_any" or "@mx_primary" or "@mx_secondary")) return new LiteralPattern(text);
        if (slash >= 0 && !text.AsSpan(slash).StartsWith("/ignore=", StringComparison.Ordinal)) return new BrokenPattern($"unknown option in the domain list item \"{text}\": only \"/ignore=\" is known");
        var ignored = slash < 0 ? null : ParsedList.Parse(text[(slash + "/ignore=".Length)..], Language.NamedListKind.Host);
        return new MxPattern(text, word == "@mx_any" ? Wanted.Any : word == "@mx_primary" ? Wanted.Primary : Wanted.Secondary, ignored);
    }

    public override ItemResult Test(ListSubject subject)
    {
        var hosts = new HostAddresses(subject.Context);
        switch (hosts.MailHosts(subject.Lower, out var found))
        {
            case MatchKind.Defer: return ItemResult.Defer($"the MX records of {subject.Lower} cannot be looked up now");
            case MatchKind.No: return ItemResult.No;
        }
        var lowest = found.Min(h => h.Preference);
        var (primary, secondary) = (false, false);
        foreach (var (preference, name) in found)
        {
            var own = IsOwnHost(name, hosts, subject);
            if (own.IsDefer) return ItemResult.Defer(own.Reason ?? "");
            if (!own.IsYes) continue;
            if (preference == lowest) primary = true;
            else secondary = true;
        }
        var matched = _wanted switch { Wanted.Any => primary || secondary, Wanted.Primary => primary, _ => secondary && !primary };
        if (!matched) return ItemResult.No;
        subject.SetCaptures(subject.Compared);
        return ItemResult.Yes(new Value(_text, subject.ListTaint));
    }

    Match IsOwnHost(string name, HostAddresses hosts, ListSubject subject)
    {
        if (AsciiCase.Same(name, subject.Context.Environment.PrimaryHostname)) return Match.Yes;
        var answer = hosts.Of(name, out var addresses);
        if (answer.IsDefer) return answer;
        foreach (var address in addresses)
        {
            var ignored = _ignored?.Test(new ListSubject { Context = subject.Context, Kind = Language.NamedListKind.Host, Text = address.ToString(), IpOnly = true });
            if (ignored is { IsYes: true }) continue;
            if (OwnLiteralPattern.IsOwn(address, subject.Context.Environment)) return Match.Yes;
        }
        return Match.No;
    }
}
