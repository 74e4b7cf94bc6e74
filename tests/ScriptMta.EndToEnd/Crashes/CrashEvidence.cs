using System.Globalization;
using System.Text.RegularExpressions;

namespace ScriptMta.EndToEnd;

/// <summary>
/// What reached Maildirs and sink, when, and with which bytes. A second copy is right only when the first had been taken shortly before a crash: its outcome was then not yet on stable storage.
/// </summary>
sealed partial class CrashEvidence(TestSite site)
{
    readonly Lock _gate = new();
    readonly Dictionary<string, List<DateTime>> _sink = [];
    readonly List<DateTime> _kills = [];

    public List<string> WrongBytes { get; } = [];

    /// <summary>The longest time before a crash at which a copy was taken that was delivered again.</summary>
    public TimeSpan LongestBefore { get; private set; }
    public int Duplicates { get; private set; }

    public void Killed()
    {
        lock (_gate) _kills.Add(DateTime.UtcNow);
    }

    /// <summary>A message for the sink, before the sink answers.</summary>
    public void Taken(SinkMessage message)
    {
        lock (_gate) Note(_sink, message.Data, DateTime.UtcNow, inFull: true);
    }

    public int SinkCount
    {
        get { lock (_gate) return _sink.Count; }
    }

    /// <summary>By key, when each copy came.</summary>
    public Dictionary<string, List<DateTime>> Maildir(string user, bool inFull)
    {
        var found = new Dictionary<string, List<DateTime>>();
        var arrived = Path.Combine(site.Folder["mail"], user, "new");
        if (!Directory.Exists(arrived)) return found;
        lock (_gate)
            foreach (var file in Directory.EnumerateFiles(arrived)) Note(found, File.ReadAllText(file, System.Text.Encoding.Latin1), File.GetLastWriteTimeUtc(file), inFull);
        return found;
    }

    /// <summary>The accepted messages of which a recipient has neither a copy nor a bounce.</summary>
    public List<string> Missing(IEnumerable<string> accepted)
    {
        var (alice, bob) = (Maildir("alice", inFull: false), Maildir("bob", inFull: false));
        lock (_gate)
            return [.. accepted.Where(key => CrashLoad.IsForMaildir(key) && !alice.ContainsKey(key) || CrashLoad.IsForSink(key) && !_sink.ContainsKey(key) || CrashLoad.IsForNobody(key) && !bob.ContainsKey(key))];
    }

    /// <summary>Counts the copies that are too many, and gives those that no crash explains.</summary>
    public List<string> Unexplained(TimeSpan unflushed)
    {
        var all = Maildir("alice", inFull: true).Select(pair => (Where: "Maildir", pair)).Concat(Maildir("bob", inFull: false).Select(pair => (Where: "bounce", pair))).ToList();
        lock (_gate)
        {
            all.AddRange(_sink.Select(pair => (Where: "sink", pair)));
            var wrong = new List<string>();
            foreach (var (where, (key, times)) in all)
                foreach (var time in times.Order().SkipLast(1)) Judge($"{where} {key}", time, unflushed, wrong);
            return wrong;
        }
    }

    void Judge(string what, DateTime time, TimeSpan unflushed, List<string> wrong)
    {
        Duplicates++;
        var before = _kills.Where(kill => kill >= time).Select(kill => kill - time).DefaultIfEmpty(TimeSpan.MaxValue).Min();
        if (before > unflushed) wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: {before.TotalSeconds:F1} s before the next crash"));
        else if (before > LongestBefore) LongestBefore = before;
    }

    void Note(Dictionary<string, List<DateTime>> found, string message, DateTime time, bool inFull)
    {
        var key = Subject().Match(message).Groups[1].Value;
        if (!found.TryGetValue(key, out var times)) found[key] = times = [];
        times.Add(time);
        if (inFull && message[(message.IndexOf("\n\n", StringComparison.Ordinal) + 2)..] != CrashLoad.Body(key)) WrongBytes.Add(key);
    }

    [GeneratedRegex(@"^Subject: crash (\S+?)\r?$", RegexOptions.Multiline)]
    private static partial Regex Subject();
}
