using System.Collections.Frozen;

namespace ScriptMta.Expansion;

/// <summary>Reads what follows the item's name, up to and with its closing brace.</summary>
delegate Node? ItemGrammar(TemplateReader reader, ItemRow row);

sealed record ItemRow(string Name, ItemGrammar Grammar)
{
    /// <summary>False where every template that uses it is an error.</summary>
    public bool IsBuilt { get; init; } = true;

    public Node? Read(TemplateReader reader, ItemRow row) => Grammar(reader, row);

    /// <summary>An item that only has {arguments}, each evaluated before the function runs.</summary>
    public static ItemRow Call(string name, int fewest, int most, ItemFunction function) =>
        new(name, (reader, row) => ArgumentGrammar.ReadAll(reader, row.Name, fewest, most) is { } arguments ? new CallNode(function, arguments) : null);

    /// <summary>The same, its literal arguments looked at when they are read: an error text, or null.</summary>
    public static ItemRow Call(string name, int fewest, int most, ItemFunction function, Func<Node[], string, string?> check) =>
        new(name, (reader, row) => ArgumentGrammar.ReadAll(reader, row.Name, fewest, most) is not { } arguments ? null
            : check(arguments, row.Name) is { } error ? reader.Fail(error) : new CallNode(function, arguments));
}

/// <summary>The items of Exim 11.5 by name; one row each.</summary>
static class ItemTable
{
    static readonly FrozenDictionary<string, ItemRow> Rows = new ItemRow[]
    {
        new("if", IfItem.Read),
        new("lookup", LookupItem.Read),
        new("extract", ExtractItem.Read),
        new("listextract", ListExtractItem.Read),
        new("map", ListItems.ReadMap),
        new("filter", ListItems.ReadFilter),
        new("reduce", ListItems.ReadReduce),
        new("sort", SortItem.Read),
        new("run", RunItem.Read),
        new("env", EnvItem.Read),
        ItemRow.Call("readfile", 1, 2, FileItems.ReadFile),
        ItemRow.Call("acl", 1, RuleItems.MostArguments, RuleItems.Acl),
        new("js", ScriptItem.Read),
        ItemRow.Call("authresults", 1, 1, AuthenticationResultsItem.Run),
        new("certextract", CertificateExtractItem.Read),
        new("dlfunc", RefusedItem.ReadDynamicFunction) { IsBuilt = false },
        ItemRow.Call("imapfolder", 1, 3, ImapFolderItem.Run),
        ItemRow.Call("perl", 1, PerlItem.MostArguments, PerlItem.Run),
        ItemRow.Call("prvs", 2, 3, SignedAddress.Sign),
        new("prvscheck", SignedAddressItem.Read),
        new("readsocket", ReadSocketItem.Read),
        ItemRow.Call("srs_encode", 3, 3, SenderRewriting.Encode),
        new("sg", SubstituteItem.Read),
        ItemRow.Call("tr", 3, 3, TextItems.Translate),
        ItemRow.Call("length", 2, 2, TextItems.Cut, TextItems.Known),
        ItemRow.Call("substr", 2, 3, TextItems.Substring, TextItems.Known),
        ItemRow.Call("hash", 2, 3, TextItems.Hash, TextItems.Known),
        ItemRow.Call("nhash", 2, 3, TextItems.NumericHash, TextItems.Known),
        ItemRow.Call("hmac", 3, 3, MessageCodeItem.Run),
        ItemRow.Call("listquote", 2, 2, TextItems.ListQuote),
    }.ToFrozenDictionary(row => row.Name, StringComparer.Ordinal);

    static readonly FrozenDictionary<string, ItemRow>.AlternateLookup<ReadOnlySpan<char>> ByName = Rows.GetAlternateLookup<ReadOnlySpan<char>>();

    public static IEnumerable<string> Names => Rows.Keys;

    public static ItemRow? Find(ReadOnlySpan<char> name) => ByName.TryGetValue(name, out var row) ? row : null;
}
