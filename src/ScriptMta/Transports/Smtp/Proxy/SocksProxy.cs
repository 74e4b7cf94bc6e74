using System.Globalization;
using System.Net;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Transports;

/// <summary>One proxy of socks_proxy (Exim 59.2): its address, and perhaps auth=, name=, pass=, port=, tmo=, pri= and weight=.</summary>
sealed record SocksProxy(IPEndPoint Address, string? User, string Password, TimeSpan Patience, int Priority, int Weight)
{
    /// <summary>RFC 1928 3, and Exim's other defaults.</summary>
    const int UsualPort = 1080, UsualSeconds = 5;
    /// <summary>RFC 1929 2: a name's length is one byte.</summary>
    const int LongestText = 255;

    /// <summary>In the order to try: higher priorities first, within one by chance and weight. Null, and an error, when one cannot be read; empty = call directly.</summary>
    public static List<SocksProxy>? Read(string list, Random random, out string error)
    {
        error = "";
        var proxies = new List<SocksProxy>();
        foreach (var item in new ListText(list))
            if (item.Length > 0 && ReadOne(item, out error) is { } proxy) proxies.Add(proxy);
            else if (error.Length > 0) return null;
        // Efraimidis and Spirakis: the weight-th root of a random number orders by chance and weight.
        return [.. proxies.OrderByDescending(p => p.Priority).ThenByDescending(p => Math.Pow(random.NextDouble(), 1.0 / p.Weight))];
    }

    static SocksProxy? ReadOne(string item, out string error)
    {
        var words = item.StartsWith('<') ? [.. new ListText(item).ToList().Where(w => w.Length > 0)] : item.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).ToList();
        error = "";
        if (words.Count == 0 || !IPAddress.TryParse(words[0], out var address)) return Bad($"\"{(words.Count > 0 ? words[0] : "")}\" is no IP address", out error);
        var (values, isNamed) = (new Dictionary<string, string> { ["name"] = "", ["pass"] = "" }, false);
        var (port, seconds, priority, weight) = (UsualPort, UsualSeconds, 1, 1);
        foreach (var word in words.Skip(1))
        {
            var (name, value) = word.IndexOf('=') is > 0 and var at ? (word[..at], word[(at + 1)..]) : (word, "");
            switch (name)
            {
                case "auth" when value is "none" or "name": isNamed = value == "name"; break;
                case "name" or "pass" when value.Length <= LongestText: values[name] = value; break;
                case "port" when Number(value, 1, 65535, out port): break;
                case "tmo" when Number(value, 1, 86400, out seconds): break;
                case "pri" when Number(value, 0, int.MaxValue, out priority): break;
                case "weight" when Number(value, 1, int.MaxValue, out weight): break;
                // A password must not reach a log.
                default: return Bad(name == "pass" ? "pass= is too long" : $"\"{word}\" is no option of a proxy", out error);
            }
        }
        return new(new(address, port), isNamed ? values["name"] : null, values["pass"], TimeSpan.FromSeconds(seconds), priority, weight);
    }

    static bool Number(string text, int least, int most, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;

    static SocksProxy? Bad(string what, out string error)
    {
        error = what;
        return null;
    }
}
