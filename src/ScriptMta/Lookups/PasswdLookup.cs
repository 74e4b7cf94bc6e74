using ScriptMta.Common.Posix;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>passwd: the query is a user name; the data reads <c>*:uid:gid:gecos:home:shell</c> (Exim 9.4).</summary>
sealed class PasswdLookup : ILookup
{
    public string Type => "passwd";
    public bool IsQuery => true;
    public bool AcceptsTaintedQuery => true;

    public LookupResult Find(LookupRequest request)
    {
        try
        {
            return Users.ByName(request.Key.Text) is { } user
                ? new LookupResult.Found(Value.Clean($"*:{user.Uid}:{user.Gid}:{user.Gecos}:{user.Home}:{user.Shell}"))
                : LookupResult.NotFound.Instance;
        }
        catch (IOException error)
        {
            return new LookupResult.Deferred(error.Message);
        }
    }
}
