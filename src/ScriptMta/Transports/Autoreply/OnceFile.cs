using System.Globalization;
using System.Text;
using ScriptMta.Common;
using ScriptMta.Common.Posix;

namespace ScriptMta.Transports;

/// <summary>
/// Who has been answered, and when: one line each, seconds since 1970, a space, the recipients. Replaced as a whole (written beside, synced, renamed), so that a
/// power cut leaves the old file or the new one. Lines older than a repeat time that is set are dropped.
/// </summary>
static class OnceFile
{
    /// <summary>Exim's databases grow without bound; ours forgets the oldest of this many.</summary>
    const int MostEntries = 100_000;

    /// <summary>True when the recipients had no answer yet, or the repeat time has passed since. Throws IOException.</summary>
    public static bool MaySend(string path, string recipients, TimeSpan? repeat, DateTimeOffset now) =>
        !Read(path).TryGetValue(Key(recipients), out var sent) || repeat is { } time && now - sent >= time;

    public static void Remember(string path, string recipients, TimeSpan? repeat, DateTimeOffset now, int mode)
    {
        var entries = Read(path);
        entries[Key(recipients)] = now;
        var kept = entries.Where(e => repeat is not { } time || now - e.Value < time).OrderByDescending(e => e.Value).Take(MostEntries).OrderBy(e => e.Value);
        var text = new StringBuilder();
        foreach (var (who, when) in kept) text.Append(when.ToUnixTimeSeconds()).Append(' ').Append(who).Append('\n');
        Replace(path, Latin1.Encode(text.ToString()), mode);
    }

    static void Replace(string path, byte[] content, int mode)
    {
        var beside = $"{path}.new.{Environment.ProcessId}";
        MailFiles.Remove(beside);
        using (var file = MailFiles.OpenFile(beside, MailFiles.Open.Write | MailFiles.Open.Create | MailFiles.Open.Exclusive, mode))
        {
            MailFiles.WriteAll(file, content);
            MailFiles.Sync(file);
        }
        MailFiles.Rename(beside, path);
    }

    static Dictionary<string, DateTimeOffset> Read(string path)
    {
        var entries = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        if (MailFiles.Status(path) is null) return entries;
        using var file = MailFiles.OpenFile(path, MailFiles.Open.Read, 0);
        using var stream = new FileStream(file, FileAccess.Read);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        while (reader.ReadLine() is { } line)
            if (line.IndexOf(' ') is > 0 and var space && long.TryParse(line.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                entries[line[(space + 1)..]] = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return entries;
    }

    static string Key(string recipients) => recipients.Replace('\n', ' ').TrimSpace().LowerAscii();
}
