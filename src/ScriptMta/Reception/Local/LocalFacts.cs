using ScriptMta.Expansion;

namespace ScriptMta.Reception;

/// <summary>The connection facts of a local caller; a trusted one may say where the message really came from (-oMa and its family, -p; Exim 5.2).</summary>
static class LocalFacts
{
    static readonly Dictionary<string, Action<ConnectionFacts, string>> Told = new(StringComparer.Ordinal)
    {
        ["a"] = SetHost,
        ["aa"] = (facts, value) => facts.Authenticator = value,
        ["ai"] = (facts, value) => facts.AuthenticatedId = value,
        ["i"] = SetInterface,
        ["r"] = (facts, value) => facts.Protocol = value,
        ["s"] = (facts, value) => facts.HostName = value,
        ["t"] = (facts, value) => facts.Ident = value,
    };

    public static ConnectionFacts Of(SubmissionRequest request, LocalCaller caller, string protocol = "local")
    {
        var facts = new ConnectionFacts { Ident = caller.Login, AuthenticatedId = protocol == "local-smtp" ? "" : caller.Login, CallerUid = caller.Uid, CallerGid = caller.Gid, Protocol = protocol };
        if (!caller.IsTrusted) return facts;
        Tell(facts, request.Facts);
        if (request.Protocol is { Length: > 0 } own) facts.Protocol = own;
        return facts;
    }

    /// <summary>By the letters after -oM; others mean nothing here.</summary>
    public static void Tell(ConnectionFacts facts, IReadOnlyDictionary<string, string> told)
    {
        foreach (var (letters, value) in told)
            if (Told.TryGetValue(letters, out var tell)) tell(facts, value);
    }

    static void SetHost(ConnectionFacts facts, string value) => (facts.HostAddress, facts.HostPort) = WithPort(value);

    static void SetInterface(ConnectionFacts facts, string value) => (facts.InterfaceAddress, facts.InterfacePort) = WithPort(value);

    /// <summary>[10.9.8.7]:1234, 10.9.8.7.1234 or an address alone.</summary>
    static (string Address, int Port) WithPort(string text) =>
        Network.ListenAddress.TryParse(text, out var address, out var port) ? (address.ToString(), port ?? 0) : (text, 0);
}
