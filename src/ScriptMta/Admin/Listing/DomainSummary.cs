using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ScriptMta.Common;
using ScriptMta.Queue;

namespace ScriptMta.Admin;

/// <summary>What waits for each recipient domain: the numbers of Debian's exiqsumm, from exact sizes and ages instead of rounded ones. A message counts once a recipient, as there.</summary>
sealed class DomainSummary
{
    sealed class Row
    {
        public int Count;
        public long Bytes;
        public DateTimeOffset Oldest = DateTimeOffset.MaxValue, Newest = DateTimeOffset.MinValue;

        public void Add(int count, long bytes, DateTimeOffset oldest, DateTimeOffset newest)
        {
            (Count, Bytes) = (Count + count, Bytes + bytes);
            if (oldest < Oldest) Oldest = oldest;
            if (newest > Newest) Newest = newest;
        }
    }

    readonly Dictionary<string, Row> _rows = new(StringComparer.Ordinal);
    int _messages;

    public int Messages => _messages;

    public void Add(QueueListing message)
    {
        _messages++;
        foreach (var recipient in message.Waiting)
        {
            var domain = AsciiCase.Lower(recipient.Address[(recipient.Address.LastIndexOf('@') + 1)..]);
            if (!_rows.TryGetValue(domain, out var row)) _rows[domain] = row = new Row();
            row.Add(1, message.Size, message.ReceivedAt, message.ReceivedAt);
        }
    }

    /// <param name="sort">"age": the oldest first; "count": the most first; else by name.</param>
    public string Text(DateTimeOffset now, string sort)
    {
        var text = new StringBuilder("\nCount  Volume  Oldest  Newest  Domain\n-----  ------  ------  ------  ------\n\n");
        var total = new Row();
        foreach (var (domain, row) in Sorted(sort))
        {
            Line(text, row, domain, now);
            total.Add(row.Count, row.Bytes, row.Oldest, row.Newest);
        }
        text.Append('-', 63).Append('\n');
        Line(text, total, "TOTAL", now);
        return text.Append('\n').ToString();
    }

    IEnumerable<KeyValuePair<string, Row>> Sorted(string sort)
    {
        var byName = _rows.OrderBy(static r => r.Key, StringComparer.Ordinal);
        return sort switch { "count" => byName.OrderByDescending(static r => r.Value.Count), "age" => byName.OrderBy(static r => r.Value.Oldest), _ => byName };
    }

    static void Line(StringBuilder text, Row row, string domain, DateTimeOffset now)
    {
        var (oldest, newest) = row.Count == 0 ? ("0m", "0000d") : (EximListing.Age(now - row.Oldest), EximListing.Age(now - row.Newest));
        text.Append(CultureInfo.InvariantCulture, $"{row.Count,5}  {Volume(row.Bytes)}  {oldest,6}  {newest,6}  {(domain.Length > 80 ? domain[..80] : domain)}\n");
    }

    static string Volume(long bytes) => bytes switch
    {
        < 10_000 => $"{bytes,6}",
        < 10_000_000 => $"{(bytes + 512) / 1024,4}KB",
        _ => $"{(bytes + 512 * 1024) / (1024 * 1024),4}MB",
    };

    public string Json() => Latin1.FromUnicode(new JsonArray([.. Sorted("").Select(static r => new JsonObject
    {
        ["domain"] = Latin1.ToUnicode(r.Key), ["count"] = r.Value.Count, ["bytes"] = r.Value.Bytes, ["oldest"] = r.Value.Oldest.ToString("O"), ["newest"] = r.Value.Newest.ToString("O"),
    })]).ToJsonString(JsonListing.OneLine)) + "\n";
}
