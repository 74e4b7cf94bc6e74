using System.Diagnostics;
using ScriptMta.Common.Posix;
using ScriptMta.Lookups;
using ScriptMta.Expansion;
using ScriptMta.Tests.Expansion;
using ScriptMta.Tests.Expansion.Lists;

namespace ScriptMta.Tests.Lookups;

/// <summary>Files that are no files, that are damaged, or that change under the reader.</summary>
public sealed class HostileFileTests : IDisposable
{
    readonly ListWorld _world = new();

    public static TheoryData<string> FileTypes => new("lsearch", "wildlsearch", "nwildlsearch", "iplsearch", "cdb", "dbm", "dbmnz", "dbmjz", "json", "psl", "regdom");

    [Theory]
    [MemberData(nameof(FileTypes))]
    public void A_FIFO_a_device_or_a_directory_is_an_error_at_once(string type)
    {
        var watch = Stopwatch.StartNew();
        Assert.EndsWith("/fifo is not a regular file (" + Called(type) + " lookup)", Find(type, CaseFolder.Path + "/fifo"), StringComparison.Ordinal);
        Assert.Equal("/dev/zero is not a regular file (" + Called(type) + " lookup)", Find(type, "/dev/zero"));
        Assert.EndsWith("/d is not a regular file (" + Called(type) + " lookup)", Find(type, CaseFolder.Path + "/d"), StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }

    [Theory]
    [MemberData(nameof(FileTypes))]
    public void Rubbish_is_an_error_or_finds_nothing(string type)
    {
        var random = new Random(4);
        for (var round = 0; round < 200; round++)
        {
            var bytes = new byte[random.Next(6000)];
            random.NextBytes(bytes);
            File.WriteAllBytes(Path.Combine(_world.Folder, "rubbish"), bytes);
            Find(type, _world.Folder + "/rubbish");
        }
    }

    [Theory]
    [InlineData("hash.db")]
    [InlineData("btree.db")]
    public void A_damaged_DBM_file_never_does_more_than_fail(string file)
    {
        var whole = File.ReadAllBytes(Path.Combine(ExpansionCases.Folder, "files", file));
        var random = new Random(9);
        var failed = 0;
        for (var round = 0; round < 3000; round++)
        {
            var bytes = round % 3 == 0 ? whole[..random.Next(whole.Length)] : (byte[])whole.Clone();
            // Damage where the structure is: the first page, page headers and their indexes.
            for (var hits = random.Next(1, 6); hits > 0 && bytes.Length > 600; hits--) bytes[random.Next(bytes.Length / 4096 + 1) * 4096 % bytes.Length + random.Next(200) is var at && at < bytes.Length ? at : 0] = (byte)random.Next(256);
            try { Ask(new DbmFile(bytes)); }
            catch (InvalidDataException) { failed++; }
        }
        Assert.InRange(failed, 1000, 3000);
    }

    [Fact]
    public void An_overflow_chain_that_leads_in_a_circle_ends()
    {
        var bytes = File.ReadAllBytes(Path.Combine(ExpansionCases.Folder, "files", "hash.db"));
        for (var page = 1; page * 4096 < bytes.Length; page++)
            if (bytes[page * 4096 + 25] == 7) BitConverter.TryWriteBytes(bytes.AsSpan(page * 4096 + 16), page);
        var file = new DbmFile(bytes);
        Assert.Throws<InvalidDataException>(() => file.Find("big"u8));
    }

    [Fact]
    public void A_big_endian_DBM_file_is_read()
    {
        var bytes = File.ReadAllBytes(Path.Combine(ExpansionCases.Folder, "files", "btree.db"));
        Assert.True(BigEndian.Swap(bytes));
        Assert.Equal("data 7", System.Text.Encoding.ASCII.GetString(new DbmFile(bytes).Find("user7"u8)!));
        Assert.Equal(9000, new DbmFile(bytes).Find("big"u8)!.Length);
    }

    [Fact]
    public void A_file_that_grows_or_shrinks_while_it_is_read_is_noticed()
    {
        var path = _world.Write("changing", "0123456789");
        using var file = FileReading.Open(path, out _)!;
        Assert.Equal(10, FileReading.ReadAll(file, 10)!.Length);
        Assert.Null(FileReading.ReadAll(file, 9));
        Assert.Null(FileReading.ReadAll(file, 11));
    }

    [Fact]
    public void A_file_that_is_replaced_while_it_is_parsed_is_read_again()
    {
        var path = _world.Write("replaced", "old");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(-1));
        var files = new FileCache<string>("for the test", "test", bytes =>
        {
            var text = System.Text.Encoding.ASCII.GetString(bytes);
            if (text == "old") File.WriteAllText(path, "new text");
            return text;
        });
        Assert.Equal("old", files.Get(path, out _));
        Thread.Sleep(2); // a file is looked at again after a millisecond
        Assert.Equal("new text", files.Get(path, out _));
    }

    [Fact]
    public void A_file_that_never_stands_still_is_named()
    {
        var path = _world.Write("growing", "a: 1\n");
        using var stop = new CancellationTokenSource();
        var writer = new Thread(() => { while (!stop.IsCancellationRequested) File.AppendAllText(path, "b: 2\n"); });
        writer.Start();
        try
        {
            for (var round = 0; round < 200; round++)
                Assert.Contains(Find("lsearch", path), (string[])["1", path + " was changed while it was read (lsearch lookup): write a new file and rename it"]);
        }
        finally
        {
            stop.Cancel();
            writer.Join();
        }
    }

    [Theory]
    [InlineData("nwildlsearch")]
    [InlineData("wildlsearch")]
    public void A_key_that_searches_its_own_file_ends(string type)
    {
        var path = _world.Write("cyclic", $"{type};{_world.Folder}/cyclic: x\na: y\n");
        Assert.EndsWith("more than 10 searches inside one another", Find(type, path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_named()
    {
        var path = _world.Write("secret", "a: 1\n");
        File.SetUnixFileMode(path, UnixFileMode.None);
        var result = Users.geteuid() == 0 ? FileIdentity.RunAs(65534, 65534, () => Open(path)) : Open(path);
        Assert.Equal("Permission denied", result);
    }

    static string Open(string path)
    {
        using var file = FileReading.Open(path, out var reason);
        return reason;
    }

    static void Ask(DbmFile file)
    {
        foreach (var key in (string[])["user1", "user60", "big", "nul", "term\0", "none", "a\0b\0c"]) file.Find(System.Text.Encoding.ASCII.GetBytes(key));
    }

    static string Called(string type) => type is "wildlsearch" or "nwildlsearch" or "iplsearch" ? "lsearch" : type;

    string Find(string type, string file) =>
        LookupSearch.Parse(type, _world.Environment.Lookups, out _)!.Find(Value.Clean(type == "iplsearch" ? "192.0.2.1" : "a"), Value.Clean(file), _world.Context()).Result switch
        {
            LookupResult.Found found => found.Data.Text,
            LookupResult.Failed failed => failed.Reason,
            LookupResult.Deferred deferred => deferred.Reason,
            _ => "",
        };

    public void Dispose() => _world.Dispose();
}
