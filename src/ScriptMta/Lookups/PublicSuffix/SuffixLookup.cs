using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>psl and regdom: the public suffix of the key, or the registrable domain (the suffix and one label more), by a file from publicsuffix.org. A key in UTF-8 gives UTF-8.</summary>
sealed class SuffixLookup(string type, bool isRegistrable) : ILookup
{
    readonly FileCache<SuffixList> _files = new("for public suffix search", type, bytes => new SuffixList(bytes));

    public string Type => type;
    public bool IsQuery => false;

    public LookupResult Find(LookupRequest request)
    {
        if (_files.Get(request.File!, out var reason) is not { } list) return new LookupResult.Failed(reason);
        var name = SuffixList.Encoded(request.Key.Text);
        if (list.SuffixLength(name) is not { } length) return LookupResult.NotFound.Instance;
        var start = name.Length - length;
        if (isRegistrable && start < 2) return LookupResult.NotFound.Instance;
        if (isRegistrable) start = name.LastIndexOf('.', start - 2) + 1;
        return new LookupResult.Found(Value.Clean(System.Text.Ascii.IsValid(request.Key.Text) ? name[start..] : SuffixList.Decoded(name[start..])));
    }
}
