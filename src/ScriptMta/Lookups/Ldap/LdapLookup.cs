using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>ldap, ldapm and ldapdn (Exim 9.14 to 9.19), and for the first the condition ldapauth. The three share their connections.</summary>
sealed class LdapLookup(string type, LdapAnswer answer, LdapSearch search) : ILookup, IPasswordBind
{
    public string Type => type;
    public bool IsQuery => true;
    public string Quoting => LookupQuoting.LdapFamily;

    public LookupResult Find(LookupRequest request) => request.Key.Text.Length == 0 ? LookupResult.NotFound.Instance : search.Search(request.Key.Text, answer, request.Context);

    public LookupResult Authenticate(string query, ExpansionContext context) => search.Authenticate(query, context.Environment.Clock);
}
