using ScriptMta.Expansion;

namespace ScriptMta.Authentication;

/// <summary>
/// One AUTH command as a mechanism sees it: the client's data, a way to ask for more, and $auth1… to leave for the rules. The variables are gone after <see cref="Forget"/>, so that
/// nothing of an attempt is left when it is over.
/// </summary>
sealed class AuthExchange(ExpansionContext context)
{
    /// <summary>RFC 4954 4: clients and servers must take lines of 12288 octets.</summary>
    public const int LongestLine = 12288;

    /// <summary>$auth1 to $auth4; $1 and on, as older configurations have them, are as many as there are numeric variables in Exim.</summary>
    const int NamedVariables = 4, NumberedVariables = 20;

    readonly Value?[] _captures = context.Captures;

    public ExpansionContext Context { get; } = context;
    /// <summary>What stood after the mechanism's name, as it came: empty, "=", or base64.</summary>
    public string Initial { get; init; } = "";
    /// <summary>Sends a challenge (text of bytes) and gives what the client says to it.</summary>
    public required Func<string, CancellationToken, ValueTask<AuthAnswer>> Ask { get; init; }
    /// <summary>Nobody else can listen: TLS, or the client is on this machine.</summary>
    public bool IsSecured { get; init; }
    /// <summary>The client has shown a certificate that was verified.</summary>
    public bool HasVerifiedCertificate { get; init; }
    /// <summary>tls-server-end-point (RFC 5929 4); empty without TLS.</summary>
    public byte[] ServerEndPoint { get; init; } = [];
    /// <summary>A mechanism with channel binding was offered, so that a client which could have taken it, but was not told of it, has been deceived (RFC 5802 6).</summary>
    public bool OffersBinding { get; init; }

    /// <summary>How many strings the client has sent.</summary>
    public int Count { get; private set; }

    public bool HasInitial => Initial.Length > 0;

    /// <summary>The initial response (RFC 4954 4: "=" is an empty one); where there is none, the challenge is sent.</summary>
    public ValueTask<AuthAnswer> FirstAsync(string challenge, CancellationToken cancel) =>
        !HasInitial ? Ask(challenge, cancel) : new(Initial == "=" ? new AuthAnswer("", default) : AuthAnswer.Of(Initial) is { End.Kind: not AuthOutcomeKind.Cancelled } answer ? answer : AuthAnswer.Ended(AuthOutcomeKind.BadBase64));

    public string Variable(int number) => Context.Variables.GetValueOrDefault("auth" + number, Value.Empty).Text;

    /// <summary>All at once: $auth1, $auth2 …</summary>
    public void Set(params ReadOnlySpan<string> values)
    {
        Count = 0;
        foreach (var value in values) Add(value);
    }

    /// <summary>The next one; those that no variable can hold are dropped. What a client sent is tainted.</summary>
    public void Add(string text)
    {
        if (Count == NumberedVariables) return;
        var value = Value.Tainted(text);
        if (++Count <= NamedVariables) Context.Variables["auth" + Count] = value;
        Context.Captures = Count == 1 ? [null, value] : [.. Context.Captures, value];
    }

    /// <summary>A value at its own place, whatever came before it.</summary>
    public void SetAt(int number, string text)
    {
        while (Count < number - 1) Add("");
        if (Count == number - 1) Add(text);
        else
        {
            Context.Variables["auth" + number] = Value.Tainted(text);
            Context.Captures = [.. Context.Captures[..number], Value.Tainted(text), .. Context.Captures[(number + 1)..]];
        }
    }

    public void Forget()
    {
        for (var number = 1; number <= NamedVariables; number++) Context.Variables.Remove("auth" + number);
        Context.Captures = _captures;
        Count = 0;
    }
}
