using System.Net;
using ScriptMta.Common;
using ScriptMta.Common.Posix;

namespace ScriptMta.Expansion;

/// <summary>/etc/hosts, read again when it changes: what the system's own resolver would answer for local names. A machine without the file has none.</summary>
sealed class HostsFile
{
    const string Path = "/etc/hosts";
    static volatile HostsFile? _current;

    readonly FileStatus? _status;
    readonly List<(IPAddress Address, string[] Names)> _lines = [];

    HostsFile(FileStatus? status, string text)
    {
        _status = status;
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split('#')[0].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && IpNetwork.TryAddress(words[0], out var address)) _lines.Add((address, words[1..]));
        }
    }

    public static HostsFile Current
    {
        get
        {
            var status = Files.Status(Path, out _);
            if (_current is { } known && known._status == status) return known;
            return _current = new(status, status is null ? "" : ReadText());
        }
    }

    public IReadOnlyList<IPAddress> AddressesOf(string name) =>
        [.. _lines.Where(l => l.Names.Any(n => AsciiCase.Same(n, name))).Select(l => l.Address).Distinct()];

    public IEnumerable<string> NamesOf(IPAddress address) => _lines.Where(l => l.Address.Equals(address)).SelectMany(l => l.Names).Select(n => AsciiCase.Lower(n));

    static string ReadText()
    {
        try { return Latin1.Decode(File.ReadAllBytes(Path)); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { return ""; } // The DNS is asked then, as for any other name.
    }
}
