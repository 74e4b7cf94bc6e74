using ScriptMta.Expansion;

namespace ScriptMta.MailAuth;

/// <summary>spf: the key is a sender address (or a domain), the "file" the client's address; gives pass, fail, softfail, neutral, none, permerror or temperror (Exim 58.4).</summary>
sealed class SpfLookup : ILookup
{
    public string Type => "spf";
    public bool IsQuery => false;

    public LookupResult Find(LookupRequest request)
    {
        if (!IpNetwork.TryAddress(request.File!, out var client)) return LookupResult.NotFound.Instance; // as Exim
        if (request.Key.Text.Length == 0) return LookupResult.NotFound.Instance;
        var context = request.Context;
        var identity = new SpfIdentity(client, request.Key.Text, context.Connection.HeloName);
        var outcome = SpfChecker.Check(identity, (name, type) => PatientDns.Ask(context, name, type), context.Environment.PrimaryHostname, context.Environment.Clock);
        return new LookupResult.Found(Value.Clean(outcome.Text));
    }
}
