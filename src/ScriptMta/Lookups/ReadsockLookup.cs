using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>
/// What ${readsocket does, as a lookup for lists: <c>readsock,timeout=3s,shutdown=no;PLACE REQUEST</c>. The query is the place of the socket, a space and the request, with "\n" for
/// a newline. Exim 4.96 has the type for ${readsocket's own use, and finds nothing when a rule names it. An empty answer is not found.
/// </summary>
sealed class ReadsockLookup : ILookup
{
    public string Type => "readsock";
    public bool IsQuery => true;

    public LookupResult Find(LookupRequest request)
    {
        var query = request.Key.Text;
        var space = query.IndexOf(' ');
        var place = space < 0 ? query : query[..space];
        var text = space < 0 ? "" : query[(space + 1)..].Replace("\\n", "\n", StringComparison.Ordinal);
        var answer = SocketExchange.Ask(place, text, SocketOptions.Parse(request.Options), request.Context);
        if (answer.Error is { } error) return new LookupResult.Deferred(error);
        return answer.Text.Length == 0 ? LookupResult.NotFound.Instance : new LookupResult.Found(Value.Clean(answer.Text));
    }
}
