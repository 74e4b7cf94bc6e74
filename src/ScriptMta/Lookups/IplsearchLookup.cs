using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>iplsearch: keys are addresses or networks; the first that holds the key, which is an address (Exim 9.3). Keys that are neither are passed over.</summary>
sealed class IplsearchLookup : ILookup
{
    readonly FileCache<NetworkFile> _files = new("for linear search", "lsearch", bytes => new NetworkFile(new LineFile(bytes)));

    public string Type => "iplsearch";
    public bool IsQuery => false;

    public LookupResult Find(LookupRequest request)
    {
        if (_files.Get(request.File!, out var reason) is not { } file) return new LookupResult.Failed(reason);
        // The key of "iplsearch*" is the one that is no address.
        if (request.Key.Text == "*") return LsearchLookup.Entry(file.Lines, file.Lines.Find("*"), request.Options);
        if (!IpNetwork.TryAddress(request.Key.Text, out var address))
            return new LookupResult.Deferred(
                $"\"{request.Key.Text}\" is not a valid iplsearch key (an IP address, with optional CIDR mask, is wanted): in a host list, use net-iplsearch as the search type");
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        for (var i = 0; i < file.Networks.Count; i++)
            if (file.Networks[i].Network.Contains(address)) return LsearchLookup.Entry(file.Lines, file.Networks[i].Entry, request.Options);
        return LookupResult.NotFound.Instance;
    }

    sealed class NetworkFile
    {
        public NetworkFile(LineFile lines)
        {
            Lines = lines;
            for (var i = 0; i < lines.Count; i++)
                if (IpNetwork.TryParse(lines.Key(i), out var network)) Networks.Add((i, network));
        }

        public LineFile Lines { get; }
        public List<(int Entry, IpNetwork Network)> Networks { get; } = [];
    }
}
