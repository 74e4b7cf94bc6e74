using System.Collections.Frozen;

namespace ScriptMta.Network;

/// <summary>The TCP services that /etc/services names, aliases too; read once.</summary>
static class ServicePorts
{
    const string SystemFile = "/etc/services";

    static readonly Lazy<FrozenDictionary<string, int>> Known = new(Read);

    public static int? Find(string name) => Known.Value.TryGetValue(name, out var port) ? port : null;

    /// <summary>Lines of "name port/protocol alias… # comment". A machine without the file has no names.</summary>
    static FrozenDictionary<string, int> Read()
    {
        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        if (!File.Exists(SystemFile)) return ports.ToFrozenDictionary(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(SystemFile))
        {
            var words = line.Split('#', 2)[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || words[1].Split('/') is not [var number, "tcp"] || !int.TryParse(number, out var port)) continue;
            foreach (var name in words.Where((_, at) => at != 1)) ports.TryAdd(name, port);
        }
        return ports.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
