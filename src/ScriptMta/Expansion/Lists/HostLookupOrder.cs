using System.Collections.Frozen;
using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>Where names of addresses come from: PTR records, or what the C library would know without the DNS.</summary>
enum HostNameSource { Dns, HostsFile }

/// <summary>host_lookup_order (Exim chapter 14).</summary>
static class HostLookupOrder
{
    public static readonly IReadOnlyList<HostNameSource> Default = [HostNameSource.Dns, HostNameSource.HostsFile];

    static readonly FrozenDictionary<string, HostNameSource> Words =
        new Dictionary<string, HostNameSource> { ["bydns"] = HostNameSource.Dns, ["byaddr"] = HostNameSource.HostsFile }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IReadOnlyList<HostNameSource> From(OptionReader main)
    {
        if (main.Text("host_lookup_order") is not { } text) return Default;
        var order = new List<HostNameSource>();
        foreach (var item in new ListText(text.Text).ToList())
            if (Words.TryGetValue(item, out var source)) order.Add(source);
            else main.Error("host_lookup_order", $"\"{item}\" is neither bydns nor byaddr");
        return order;
    }
}
