using System.Buffers.Binary;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Tests.Expansion.Lists;

namespace ScriptMta.Tests.Lookups;

/// <summary>cdb and json.</summary>
public sealed class OtherLookupTests : IDisposable
{
    readonly ListWorld _world = new();

    [Theory]
    [InlineData("alpha", "one")]
    [InlineData("Alpha", null)]
    [InlineData("beta", "two words")]
    [InlineData("gamma", null)]
    public void Cdb_finds_exact_keys(string key, string? expected)
    {
        File.WriteAllBytes(Path.Combine(_world.Folder, "x.cdb"), Cdb(("alpha", "one"), ("beta", "two words")));
        Assert.Equal(expected, Find("cdb", key, _world.Folder + "/x.cdb"));
    }

    [Fact]
    public void A_broken_cdb_file_defers_with_its_name()
    {
        var bytes = Cdb(("alpha", "one"));
        File.WriteAllBytes(Path.Combine(_world.Folder, "cut.cdb"), bytes[..2060]);
        Assert.Equal($"DEFER cdb: corrupt cdb file {_world.Folder}/cut.cdb (too short)", Find("cdb", "alpha", _world.Folder + "/cut.cdb"));
        _world.Write("short.cdb", "no");
        Assert.Equal($"FAIL failed to open {_world.Folder}/short.cdb too short for cdb lookup", Find("cdb", "alpha", _world.Folder + "/short.cdb"));
    }

    [Theory]
    [InlineData("name", "Gr\u00c3\u00bcn")]
    [InlineData("list:1", "two")]
    [InlineData("list : 1", "two")]
    [InlineData("<; list;1", "two")]
    [InlineData("list:9", null)]
    [InlineData("list:-1", null)]
    [InlineData("list:99999999999999999999", null)]
    [InlineData("list:one", null)]
    [InlineData("list", "[\"one\", \"two\"]")]
    [InlineData("inner:n", "5")]
    [InlineData("inner", "{\"n\": 5, \"deep\": [[], {}, null, true, 1.50, \"a\\\"b\\\\c/\\n\\u0001\u00c3\u00bc\"]}")]
    [InlineData("inner:deep:0", "[]")]
    [InlineData("inner:deep:1", "{}")]
    [InlineData("inner:deep:2", "null")]
    [InlineData("inner:deep:3", "true")]
    [InlineData("inner:deep:4", "1.50")]
    [InlineData("inner:deep:5", "a\"b\\c/\n\u0001\u00c3\u00bc")]
    [InlineData("7", null)]
    [InlineData("name:x", null)]
    [InlineData("nosuch", null)]
    [InlineData("", null)]
    public void Json_follows_the_selectors(string key, string? expected)
    {
        _world.Write("x.json", "{\"name\": \"Gr\u00c3\u00bcn\", \"list\":[\"one\",\n  \"two\"], \"7\": 1,\n\"inner\":{\"n\":5,\"deep\":[[],{},null,true,1.50,\"a\\\"b\\\\c\\/\\n\\u0001\\u00fc\"]}}");
        Assert.Equal(expected, Find("json", key, _world.Folder + "/x.json"));
    }

    [Fact]
    public void Json_that_is_nested_too_deep_is_an_error()
    {
        _world.Write("deep.json", new string('[', 100_000));
        Assert.StartsWith($"FAIL failed to open {_world.Folder}/deep.json for json lookup: not JSON at line 1", Find("json", "0", _world.Folder + "/deep.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_JSON_is_named_with_its_line()
    {
        _world.Write("bad.json", "{\n\"a\": }");
        Assert.Equal($"FAIL failed to open {_world.Folder}/bad.json for json lookup: not JSON at line 2, byte 6", Find("json", "a", _world.Folder + "/bad.json"));
    }

    string? Find(string type, string key, string source)
    {
        var search = LookupSearch.Parse(type, _world.Environment.Lookups, out var error) ?? throw new InvalidOperationException(error);
        return search.Find(Value.Tainted(key), Value.Clean(source), _world.Context()).Result switch
        {
            LookupResult.Found found => found.Data.Text,
            LookupResult.Deferred deferred => "DEFER " + deferred.Reason,
            LookupResult.Failed failed => "FAIL " + failed.Reason,
            _ => null,
        };
    }

    static byte[] Cdb(params (string Key, string Data)[] records)
    {
        var file = new List<byte>(new byte[2048]);
        var slots = new List<(uint Hash, uint At)>();
        void Number(uint n) { Span<byte> b = stackalloc byte[4]; BinaryPrimitives.WriteUInt32LittleEndian(b, n); file.AddRange(b); }
        foreach (var (key, data) in records)
        {
            slots.Add((Latin1.Encode(key).Aggregate(5381u, (h, b) => (h << 5) + h ^ b), (uint)file.Count));
            Number((uint)key.Length);
            Number((uint)data.Length);
            file.AddRange(Latin1.Encode(key + data));
        }
        var header = new byte[2048];
        for (var table = 0u; table < 256; table++)
        {
            var mine = slots.Where(s => (s.Hash & 255) == table).ToList();
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan((int)table * 8), (uint)file.Count);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan((int)table * 8 + 4), (uint)mine.Count * 2);
            var places = new (uint Hash, uint At)[mine.Count * 2];
            foreach (var slot in mine)
            {
                var at = (int)((slot.Hash >> 8) % places.Length);
                while (places[at].At != 0) at = (at + 1) % places.Length;
                places[at] = slot;
            }
            foreach (var (hash, at) in places) { Number(hash); Number(at); }
        }
        return [.. header, .. file.Skip(2048)];
    }

    public void Dispose() => _world.Dispose();
}
