using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Admin;

/// <summary>
/// What was done to messages by verbs of the queue, so that it can be taken back: a file a deed in spool_directory/undo, on stable storage before the deed begins.
/// The newest <see cref="MostKept"/> deeds are kept, and none for longer than <see cref="LongestKept"/>.
/// </summary>
sealed class UndoJournal(string spoolDirectory, TimeProvider clock)
{
    public const int MostKept = 100;
    public static readonly TimeSpan LongestKept = TimeSpan.FromDays(7);

    const string Done = ".done";

    readonly Lock _gate = new();
    readonly string _directory = Path.Combine(spoolDirectory, "undo");

    /// <summary>The number of the deed. Throws IOException: then nothing must be done.</summary>
    public int Add(string verb, AdminRequest request, string by, IEnumerable<(MessageId Id, JsonObject Was)> messages)
    {
        var deed = new JsonObject
        {
            ["verb"] = verb, ["filter"] = Latin1.ToUnicode(request.Option("filter") ?? ""), ["by"] = by, ["at"] = clock.GetUtcNow().ToString("O"),
            ["messages"] = new JsonArray([.. messages.Select(static m => { m.Was["id"] = m.Id.Text; return (JsonNode)m.Was; })]),
        };
        lock (_gate)
        {
            Directory.CreateDirectory(_directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Prune();
            var number = Numbers().Concat(Numbers(Done)).DefaultIfEmpty(0).Max() + 1;
            Write(FileOf(number), JsonSerializer.SerializeToUtf8Bytes(deed, JsonListing.OneLine));
            return number;
        }
    }

    /// <summary>Oldest first; files that cannot be read are no deeds.</summary>
    public IReadOnlyList<(int Number, JsonObject Deed)> All()
    {
        var all = new List<(int, JsonObject)>();
        foreach (var number in Numbers()) if (Find(number) is { } deed) all.Add((number, deed));
        return all;
    }

    public JsonObject? Find(int number)
    {
        try { return JsonNode.Parse(File.ReadAllBytes(FileOf(number))) as JsonObject; }
        catch (Exception error) when (error is JsonException or FileNotFoundException or DirectoryNotFoundException) { return null; }
    }

    /// <summary>Taken back. The number is not given again while its file is kept.</summary>
    public void Forget(int number) => File.Move(FileOf(number), FileOf(number) + Done, overwrite: true);

    string FileOf(int number) => Path.Combine(_directory, number.ToString("000000", CultureInfo.InvariantCulture) + ".json");

    IReadOnlyList<int> Numbers(string end = "") => !Directory.Exists(_directory) ? [] :
        [.. Directory.EnumerateFiles(_directory, "*.json" + end).Select(static f => int.TryParse(Path.GetFileName(f).Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0).Where(static n => n > 0).Order()];

    void Write(string path, byte[] bytes)
    {
        var draft = path + ".new";
        using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(draft, path, overwrite: true);
        new PosixSpoolFiles().SyncDirectory(_directory);
    }

    void Prune()
    {
        var numbers = Numbers();
        var oldest = clock.GetUtcNow() - LongestKept;
        foreach (var number in numbers)
            if (numbers.Count(n => n > number) >= MostKept - 1 || File.GetLastWriteTimeUtc(FileOf(number)) < oldest) File.Delete(FileOf(number));
        foreach (var number in Numbers(Done))
            if (File.GetLastWriteTimeUtc(FileOf(number) + Done) < oldest) File.Delete(FileOf(number) + Done);
    }
}
