using ScriptMta.Expansion;
using ScriptMta.Tests.Expansion.Lists;

namespace ScriptMta.Tests.Lookups;

public sealed class LsearchTests : IDisposable
{
    readonly ListWorld _world = new();

    public LsearchTests() => _world.Write("ls2",
        "c1: one\n  two\n\tthree\nc2: one\n\n two\nc3: one\n# x\n two\nc4: one   \n    two   \n\t\n three\nc5:\n  a\n  b\nc6\n : x\nc7 : : y\n:z\nc8 data:more\nc9: \\\n x\n\"q1\" data\n\"q2\"x data\n\"q3\\tb\\x41\": tab\n\"q4 data\nc10: a # b\nc11:#b\ndup: 1\ndup: 2\nlast: no newline");

    /// <summary>Each answer was seen from Exim 4.96.</summary>
    [Theory]
    [InlineData("c1", "one two three")]
    [InlineData("C1", "one two three")]
    [InlineData("c2", "one")]
    [InlineData("c3", "one")]
    [InlineData("c4", "one two")]
    [InlineData("c5", " a b")]
    [InlineData("c6", " : x")]
    [InlineData("c7", ": y")]
    [InlineData("c8", "data:more")]
    [InlineData("c9", "\\ x")]
    [InlineData("q1", "data")]
    [InlineData("q2", "x data")]
    [InlineData("q3\tbA", "tab")]
    [InlineData("q4 data", "")]
    [InlineData("c10", "a # b")]
    [InlineData("c11", "#b")]
    [InlineData("dup", "1")]
    [InlineData("last", "no newline")]
    [InlineData("c", null)]
    [InlineData("", null)]
    public void Lines_are_read_as_Exim_reads_them(string key, string? data) => Assert.Equal(data, Find("lsearch", key, "ls2"));

    [Theory]
    [InlineData("lsearch,ret=full", "c6", "c6 : x")]
    [InlineData("lsearch,ret=full", "c7", "c7 : : y")]
    [InlineData("lsearch,ret=full", "c4", "c4: one two")]
    [InlineData("lsearch,ret=full", "q1", "q1 data")]
    [InlineData("lsearch,ret=key", "C4", "C4")]
    [InlineData("lsearch,cache=no_rd", "c4", "one two")]
    public void Options_choose_what_comes_back(string type, string key, string data) => Assert.Equal(data, Find(type, key, "ls2"));

    [Theory]
    [InlineData("lsearch", "none", "failed to open DIR/none for linear search: No such file or directory")]
    [InlineData("lsearch", "d", "DIR/d is not a regular file (lsearch lookup)")]
    [InlineData("iplsearch", "d", "DIR/d is not a regular file (lsearch lookup)")]
    public void A_file_that_cannot_be_read_is_named(string type, string file, string reason) =>
        Assert.Equal("Failed: " + reason.Replace("DIR", _world.Folder), Find(type, "1.2.3.4", file));

    [Fact]
    public void A_tainted_file_name_is_refused()
    {
        var search = LookupSearch.Parse("lsearch", _world.Environment.Lookups, out _)!;
        var result = search.Find(Value.Clean("a"), Value.Tainted("/etc/x"), _world.Context()).Result;
        Assert.Equal("Tainted filename for search: '/etc/x'", Assert.IsType<LookupResult.Failed>(result).Reason);
    }

    [Fact]
    public void A_changed_file_is_seen_at_once()
    {
        Assert.Equal("1", Find("lsearch", "dup", "ls2"));
        _world.Write("ls2", "dup: 3\n");
        Assert.Equal("3", Find("lsearch", "dup", "ls2"));
    }

    [Fact]
    public void Changes_of_the_same_size_in_quick_succession_are_all_seen()
    {
        for (var i = 0; i < 50; i++)
        {
            _world.Write("quick", $"key: {i:00}\n");
            Assert.Equal($"{i:00}", Find("lsearch", "key", "quick"));
        }
    }

    [Theory]
    [InlineData("foo.a.b.c", "suffix")]
    [InlineData("ABC", "plain ${lc:X}")]
    [InlineData("abc", "sensitive")]
    [InlineData("a b", "quoted")]
    [InlineData("77.a.b", "digits")]
    [InlineData("alpha", "nested")]
    [InlineData("nope", null)]
    public void Nwildlsearch_takes_the_first_pattern_that_fits(string key, string? data)
    {
        _world.Write("wl", $"# wild\n*.a.b.c: suffix\n^\\d+\\.a\\.b  digits\n^(?-i)abc: sensitive\nabc: plain ${{lc:X}}\n\"a b\": quoted\nlsearch;{_world.Folder}/al2 : nested\n");
        _world.Write("al2", "alpha: x\n");
        Assert.Equal(data, Find("nwildlsearch", key, "wl"));
    }

    [Theory]
    [InlineData("77.a.b", "digits")]
    [InlineData("host.example", "this host")]
    [InlineData("other", null)]
    public void Wildlsearch_expands_the_keys(string key, string? data)
    {
        _world.Write("wlx", "^\\N\\d+\\.a\\.b\\N  digits\n$primary_hostname: this host\n");
        Assert.Equal(data, Find("wildlsearch", key, "wlx"));
    }

    [Theory]
    [InlineData("1.2.3.4", "x")]
    [InlineData("10.1.1.1", "net")]
    [InlineData("2001:db8::7", "six")]
    [InlineData("9.9.9.9", null)]
    [InlineData("junk", "Deferred: \"junk\" is not a valid iplsearch key (an IP address, with optional CIDR mask, is wanted): in a host list, use net-iplsearch as the search type")]
    public void Iplsearch_takes_the_first_network_that_holds_the_address(string key, string? data) => Assert.Equal(data, Find("iplsearch", key, "ipl"));

    [Theory]
    [InlineData("dsearch", "file1", "file1")]
    [InlineData("dsearch", "link", "link")]
    [InlineData("dsearch", "nope", null)]
    [InlineData("dsearch", "", null)]
    [InlineData("dsearch", "..", "..")]
    [InlineData("dsearch,filter=dir", "sub", "sub")]
    [InlineData("dsearch,filter=file", "sub", null)]
    [InlineData("dsearch,filter=file", "link", null)]
    [InlineData("dsearch,filter=subdir", ".", null)]
    [InlineData("dsearch,filter=dir,ret=full", "sub", "DIR/d/sub")]
    [InlineData("dsearch", "a/b", "Deferred: key for dsearch lookup contains a slash: a/b")]
    public void Dsearch_finds_entries_of_a_directory(string type, string key, string? data) => Assert.Equal(data?.Replace("DIR", _world.Folder), Find(type, key, "d"));

    [Fact]
    public void Passwd_gives_the_line_without_the_password()
    {
        var search = LookupSearch.Parse("passwd", _world.Environment.Lookups, out _)!;
        var found = Assert.IsType<LookupResult.Found>(search.Find(Value.Empty, Value.Tainted("root"), _world.Context()).Result);
        Assert.StartsWith("*:0:0:", found.Data.Text);
    }

    [Theory]
    [InlineData("lsearchx", "unknown lookup type \"lsearchx\"")]
    [InlineData("partialx-lsearch", "format error in lookup type \"partialx-lsearch\"")]
    [InlineData("partial-", "unknown lookup type \"\"")]
    [InlineData("partial-passwd", "\"partial\" is not permitted for lookup type \"passwd\"")]
    public void A_wrong_type_is_described_as_Exim_does(string type, string error)
    {
        Assert.Null(LookupSearch.Parse(type, _world.Environment.Lookups, out var reason));
        Assert.Equal(error, reason);
    }

    [Theory]
    [InlineData("lmdb", "write the data to a text file (mdb_dump -p) and use lsearch, or make a cdb file of it")]
    [InlineData("nis", "NIS maps are read by ypcat: write the map to a file (ypcat -k MAP) and use lsearch or cdb")]
    [InlineData("nis0", "NIS maps are read by ypcat: write the map to a file (ypcat -k MAP) and use lsearch or cdb")]
    [InlineData("nisplus", "NIS+ is no longer in any system; use ldap")]
    [InlineData("ibase", "use pgsql, mysql or sqlite")]
    [InlineData("oracle", "use pgsql, mysql or sqlite")]
    [InlineData("whoson", "the Whoson server is gone; let clients authenticate")]
    [InlineData("testdb", "it only serves the tests of Exim")]
    [InlineData("nmh", "it only serves the tests of Exim")]
    public void A_type_that_is_refused_says_what_to_use_instead(string type, string reason)
    {
        Assert.Null(LookupSearch.Parse(type, _world.Environment.Lookups, out var error));
        Assert.Equal($"lookup type \"{type}\" is not supported: {reason}", error);
    }

    string? Find(string type, string key, string file)
    {
        var search = LookupSearch.Parse(type, _world.Environment.Lookups, out var error) ?? throw new InvalidOperationException(error);
        return search.Find(Value.Tainted(key), Value.Clean($"{_world.Folder}/{file}"), _world.Context()).Result switch
        {
            LookupResult.Found found => found.Data.Text,
            LookupResult.NotFound => null,
            LookupResult.Deferred deferred => "Deferred: " + deferred.Reason,
            LookupResult.Failed failed => "Failed: " + failed.Reason,
            _ => throw new InvalidOperationException(),
        };
    }

    public void Dispose() => _world.Dispose();
}
