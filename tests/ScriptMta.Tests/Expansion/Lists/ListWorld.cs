using System.Collections.Frozen;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Logging;
using ScriptMta.Lookups;
using ScriptMta.Tests.Dns;

namespace ScriptMta.Tests.Expansion.Lists;

/// <summary>A folder with the files, and an environment with the named lists, that ListCases were recorded with.</summary>
public sealed class ListWorld : IDisposable
{
    readonly MailLog _log;

    public ListWorld()
    {
        Folder = Path.Combine(Path.GetTempPath(), "lists-" + Guid.NewGuid().ToString("N")[..12]);
        Directory.CreateDirectory(Path.Combine(Folder, "d", "sub"));
        File.WriteAllText(Path.Combine(Folder, "d", "file1"), "");
        File.CreateSymbolicLink(Path.Combine(Folder, "d", "link"), "nowhere");
        Write("ls", "alpha: data a\nbeta.example: data b\n*.gamma.example: partial g\n\"quoted key\": q\n\"a\\nb\" : esc\nEmpty:\nnocolon data here\ncont: one\n  two\n# comment\n\n\tthree\n*: default\n");
        Write("lf", "# c\na.example # trailing\n!b.example\n*.c.example\n  spaced.example  \n\nx#y.example\n");
        Write("af", "a@b.example\nx#y@b.example # c\n#z@b.example\n*@c.example\n");
        Write("aa", "b.example: alice : bob : !carol : ^d.*\\d$ : *-x\nc.example: zed : >b.example\nloop.example: q : >loop.example\nstar.example: *\n*: defaultlp\n");
        Write("al", "a@b.example: dat\n*@c.example: dc\n*: ddd\n");
        Write("lp", "local1: d1\n");
        Write("ipl", "1.2.3.4: x\n10.0.0.0/8: net\n\"2001:db8::/32\": six\n192.168.1.0/24: y\n");
        Write("nets", "192.168.34.0/24: masked\n1.2.3.4: plain\n2001.0db8.0000.0000.0000.0000.0000.0001: six\n127.0.0.1: lo\nlocalhost: byname\n");
        Write("hf", "10.0.0.0/8\n# c\n192.168.1.1 # x\n!172.16.0.1\n172.16.0.0/12\n2001:db8::/32\n");
        var clock = TimeProvider.System;
        _log = new(clock, _ => Log, LogOptions.Default);
        Environment = new()
        {
            Clock = clock, PrimaryHostname = "host.example", QualifyDomain = "example.com", QualifyRecipient = "example.com", Log = _log, Dns = Dns,
            Lookups = LookupTypes.All(), NamedLists = Named().ToFrozenDictionary(l => (l.Kind, l.Name)),
        };
    }

    internal string Folder { get; }
    internal StringWriter Log { get; } = new();
    internal FakeDns Dns { get; } = new();
    internal RuleEnvironment Environment { get; }

    internal ExpansionContext Context() => new() { Environment = Environment };

    internal string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, Latin1.Encode(text));
        return path;
    }

    internal static OptionText At(string text) => new(text, new SourceLocation("test.conf", 1, 1));

    public void Dispose()
    {
        _log.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    static IEnumerable<NamedList> Named() =>
    [
        List(NamedListKind.Domain, "locals", "a.example : *.b.example : @"),
        List(NamedListKind.Domain, "withneg", "!n.example : *.example"),
        List(NamedListKind.Domain, "onlyneg", "!n.example"),
        List(NamedListKind.Domain, "rec1", "+rec2"),
        List(NamedListKind.Domain, "rec2", "+rec1"),
        List(NamedListKind.Host, "relays", "10.0.0.0/8 : 192.168.1.1"),
        List(NamedListKind.Address, "people", "a@b.example : *@c.example : d.example"),
        List(NamedListKind.LocalPart, "parts", "root : ^post : *-owner"),
    ];

    static NamedList List(NamedListKind kind, string name, string text) => new(kind, name, At(text), false);
}
