using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>
/// One query and the servers it may go to (Exim 9.22, 9.23): those of "servers=" as an option of the type or before the query, else those of the main option. They are asked in
/// order until one has answered, be it that nothing was found; a query that one server refuses is tried on the next, too.
/// </summary>
static class ServerSearch
{
    /// <summary>Asks one server. Its parts are as many as the kind says; the last two are user and password, or the password for redis.</summary>
    public delegate LookupResult Ask(string[] server, string query);

    const string Prefix = "servers";

    public static LookupResult Find(LookupRequest request, DatabaseKind kind, string? mainList, Ask ask)
    {
        var query = request.Key.Text;
        if (query.Length == 0) return LookupResult.NotFound.Instance;
        var own = request.Options.FirstOrDefault(o => o.StartsWith(Prefix + "=", StringComparison.Ordinal))?[(Prefix.Length + 1)..];
        if (own is not null && new ListText(own).Count() == 0) return new LookupResult.Deferred("\"servers=\" defines no servers");
        var inOption = own is not null;
        if (!inOption && query.StartsWith(Prefix, StringComparison.Ordinal) && TakePrefix(ref query, kind, out own) is { } error) return new LookupResult.Deferred(error);
        if (own is null && string.IsNullOrEmpty(mainList)) return new LookupResult.Deferred($"no {kind.Product} servers defined ({kind.Option} option)");

        var inQuery = own is not null && !inOption;
        LookupResult result = LookupResult.NotFound.Instance;
        foreach (var item in new ListText(own ?? mainList!))
        {
            // Who chooses the server chooses the answer.
            if (inQuery && request.Key.IsTainted && item.Contains('/')) return new LookupResult.Deferred($"{kind.Product} server \"{item}\" is tainted");
            if (Complete(item, kind, mainList, out var server) is { } wrong) return new LookupResult.Deferred(wrong);
            result = Guarded(ask, server, query, kind);
            if (result is not LookupResult.Deferred) break;
        }
        return result;
    }

    /// <summary>What a driver throws beside its own errors, say for an impossible host name or a reply that it trips over (an IndexOutOfRangeException was seen), is no answer either.</summary>
    static LookupResult Guarded(Ask ask, string[] server, string query, DatabaseKind kind)
    {
        try { return query.AsSpan().Trim(" \t\r\n").IsEmpty ? LookupResult.NotFound.Instance : ask(server, query); }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return new LookupResult.Deferred($"{kind.Tag}: {Latin1.FromUnicode(failure.Message)}");
        }
    }

    /// <summary>The older syntax: <c>servers=a:b; query</c>.</summary>
    static string? TakePrefix(ref string query, DatabaseKind kind, out string? list)
    {
        list = null;
        var rest = query[Prefix.Length..].TrimStart(' ', '\t', '\n', '\r');
        if (!rest.StartsWith('=')) return $"missing = after \"servers\" in {kind.Product} lookup";
        rest = rest[1..].TrimStart(' ', '\t', '\n', '\r');
        var end = rest.IndexOf(';');
        if (end < 0) return $"missing ; after \"servers=\" in {kind.Product} lookup";
        if (end == 0) return $"\"servers=\" defines no servers in \"{query}\"";
        list = rest[..end];
        query = rest[(end + 1)..];
        return null;
    }

    /// <summary>A mere host name gets the other parts from the main option's entry for that host.</summary>
    static string? Complete(string item, DatabaseKind kind, string? mainList, out string[] server)
    {
        server = [];
        if (item.Contains('/')) return Split(item, kind, out server);
        foreach (var known in new ListText(mainList ?? ""))
            if (known.IndexOf('/') is var slash and >= 0 && known.AsSpan(0, slash).SequenceEqual(item)) return Split(known, kind, out server);
        return $"{kind.Product} server \"{item}\" not found in {kind.Option}";
    }

    /// <summary>From the right, since the first part may be a path in parentheses.</summary>
    static string? Split(string item, DatabaseKind kind, out string[] server)
    {
        server = new string[kind.Fields];
        var rest = item;
        for (var i = kind.Fields - 1; i > 0; i--)
        {
            var slash = rest.LastIndexOf('/');
            // What stands before the last slash holds no password.
            if (slash < 0) return $"incomplete {kind.Data} server data: {item[..item.LastIndexOf('/')]}";
            server[i] = rest[(slash + 1)..];
            rest = rest[..slash];
        }
        server[0] = rest;
        return null;
    }
}
