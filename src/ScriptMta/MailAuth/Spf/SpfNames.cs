using System.Net;
using ScriptMta.Dns;

namespace ScriptMta.MailAuth;

/// <summary>The client's names that lead back to its address (RFC 7208 5.5), looked up at first need. What the DNS does not answer is passed over.</summary>
sealed class SpfNames(IPAddress client, SpfBudget budget)
{
    /// <summary>RFC 7208 4.6.4: further names are not looked at.</summary>
    const int MostNames = 10;

    IReadOnlyList<string>? _verified;

    /// <summary>The first name that is the domain or below it.</summary>
    public string? Within(string domain) => Verified.FirstOrDefault(name => IsWithin(name, domain));

    /// <summary>The macro "p" (RFC 7208 7.3): the domain itself, else a name below it, else any.</summary>
    public string? Best(string domain) => Verified.FirstOrDefault(name => DnsName.AreSame(name, domain)) ?? Within(domain) ?? (Verified.Count > 0 ? Verified[0] : null);

    IReadOnlyList<string> Verified => _verified ??= Verify();

    List<string> Verify()
    {
        if (budget.Try(ReverseName.Of(client), DnsType.PTR) is not DnsAnswer.Found found) return [];
        var type = client.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? DnsType.A : DnsType.AAAA;
        return [.. found.Of<NameRecord>().Take(MostNames).Select(r => r.Target)
            .Where(name => budget.Try(name, type) is DnsAnswer.Found addresses && addresses.Of<AddressRecord>().Any(r => r.Address.Equals(client)))];
    }

    static bool IsWithin(string name, string domain) => DnsName.AreSame(name, domain) || name.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);
}
