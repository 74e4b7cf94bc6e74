using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ScriptMta.Common;

namespace ScriptMta.Queue;

/// <summary>Addresses to send from, drawn by lot with their weights.</summary>
sealed class SourcePool(IReadOnlyList<(IPAddress Address, int Weight)> sources)
{
    /// <summary>address*weight, separated by commas; weight 1 where none is given.</summary>
    public static SourcePool? Parse(string text, out string problem)
    {
        problem = "";
        var sources = new List<(IPAddress, int)>();
        foreach (var item in text.Split(','))
        {
            var star = item.IndexOf('*');
            var weight = 1;
            if (!IPAddress.TryParse(star < 0 ? item : item[..star], out var address)) problem = $"\"{item}\" is not an IP address";
            else if (star >= 0 && !(int.TryParse(item.AsSpan(star + 1), NumberStyles.None, CultureInfo.InvariantCulture, out weight) && weight is > 0 and <= 1000)) problem = $"the weight of {address} is a number from 1 to 1000";
            else sources.Add((address, weight));
        }
        return problem.Length == 0 ? new(sources) : null;
    }

    /// <summary>Null: none of this family, so the transport's own rule stands.</summary>
    public IPAddress? Draw(AddressFamily family, Random random)
    {
        var left = sources.Where(s => s.Address.AddressFamily == family).Sum(s => s.Weight);
        if (left == 0) return null;
        left = random.Next(left);
        foreach (var (address, weight) in sources)
            if (address.AddressFamily == family && (left -= weight) < 0) return address;
        return null;
    }
}
