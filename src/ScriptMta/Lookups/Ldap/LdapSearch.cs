using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>One LDAP query: the servers it may go to, in order, and what their answer comes to (Exim 9.14 to 9.19).</summary>
sealed class LdapSearch(LdapOptions options)
{
    LdapClient? _client;

    /// <summary>The name of the last entry stays in $ldap_dn.</summary>
    public LookupResult Search(string text, LdapAnswer answer, ExpansionContext context)
    {
        if (LdapQuery.Parse(text, out var error) is not { } query) return new LookupResult.Deferred(error);
        return OnServers(query, context.Environment.Clock, searches: true, (reply, url) =>
        {
            if (reply.Found is not { } found) return new LookupResult.Deferred(reply.Error!);
            if (found.Entries is [.., var last]) context.Variables["ldap_dn"] = Value.Clean(last.Name);
            return Answered(found, url, answer);
        });
    }

    /// <summary>Found: the password is right. NotFound: it is wrong, or empty, which LDAP takes for no password at all (RFC 4513 5.1.2).</summary>
    public LookupResult Authenticate(string text, TimeProvider clock)
    {
        if (LdapQuery.Parse(text, out var error) is not { } query) return new LookupResult.Deferred(error);
        if (query.User is null || query.Password is null) return new LookupResult.Deferred("ldapauth lookups must specify the username and password");
        if (query.Password.Length == 0) return LookupResult.NotFound.Instance;
        return OnServers(query, clock, searches: false, static (reply, _) =>
            reply.Found is not null ? new LookupResult.Found(Value.Clean(""))
            : reply.BindRefusal is { Code: LdapResultCode.InvalidCredentials } ? LookupResult.NotFound.Instance
            : new LookupResult.Deferred(reply.Error!));
    }

    LookupResult OnServers(LdapQuery query, TimeProvider clock, bool searches, Func<LdapReply, LdapUrl, LookupResult> judge)
    {
        if (LdapUrl.Parse(query.Url, out var code) is not { } url) return new LookupResult.Deferred($"ldap_url_parse: (error {code}) parsing \"{query.Url}\"\n");
        LookupResult result = new LookupResult.Deferred("\"servers=\" defines no servers");
        foreach (var (host, port) in Places(query, url))
        {
            if (LdapServer.Of(url, host, port) is not { } server) result = new LookupResult.Deferred($"ldapi requires an absolute path (\"{host}\" given)");
            else
            {
                var reply = (_client ??= new(options, clock)).Ask(server, server.Place(host.Length > 0), query, url, searches);
                result = judge(reply, url);
                if (result is not LookupResult.Deferred || reply.Stops || reply.Found is not null) break;
            }
        }
        return result;
    }

    /// <summary>The URL's own server, or those of SERVERS=, or of ldap_default_servers; none at all is one without a name.</summary>
    IEnumerable<(string Host, int Port)> Places(LdapQuery query, LdapUrl url)
    {
        // "ldap://" with nothing behind it names a server without a name.
        if (url.Host.Length > 0 || query.Url.EndsWith("://", StringComparison.Ordinal)) return [(url.Host, url.Port)];
        if ((query.Servers ?? options.DefaultServers) is not { } list) return [("", 0)];
        return new ListText(list).ToList().Where(item => item.Length > 0).Select(item =>
        {
            if (item[0] == '/') return (item, 0);
            var colon = item.LastIndexOf(':');
            if (item.IndexOf(']') > colon) colon = -1;
            return ((colon < 0 ? item : item[..colon]).Trim('[', ']'), colon >= 0 && int.TryParse(item.AsSpan(colon + 1), out var port) ? port : 0);
        });
    }

    static LookupResult Answered(LdapFound found, LdapUrl url, LdapAnswer answer)
    {
        var outcome = found.Outcome;
        if (outcome.Code is not (LdapResultCode.Success or LdapResultCode.SizeLimitExceeded) && !LdapResultCode.IsAboutName(outcome.Code))
            return new LookupResult.Deferred($"LDAP search failed - error {outcome.Code}: {LdapResultCode.Text(outcome.Code)}{Part(outcome.MatchedName)}{Part(outcome.Text)}");
        if (answer != LdapAnswer.Entries && found.Entries.Count > 1)
            return new LookupResult.Deferred($"LDAP search: more than one entry ({found.Entries.Count}) was returned (filter not specific enough?)");
        var text = answer == LdapAnswer.Name ? found.Entries.Select(entry => entry.Name).FirstOrDefault() : LdapText.Of(found.Entries, oneAttribute: url.Attributes.Count == 1);
        return text is null ? LookupResult.NotFound.Instance : new LookupResult.Found(Value.Clean(text));
    }

    static string Part(string text) => text.Length > 0 ? "/" + text : "";
}
