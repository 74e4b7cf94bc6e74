using ScriptMta.Expansion;

namespace ScriptMta.Authentication;

/// <summary>driver = gsasl as a client (Exim chapter 38), by mechanisms of our own: which one is public_name, by which the server must know it.</summary>
static class GsaslClient
{
    static readonly string[] Known = ["PLAIN", "LOGIN", "CRAM-MD5", "EXTERNAL", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "OAUTHBEARER", "XOAUTH2"];

    public static ClientMechanism? Make(ClientBlock block)
    {
        var (user, password, authorization) = (block.Template("client_username"), block.Template("client_password"), block.Template("client_authz"));
        var salted = block.Template("client_spassword");
        if (user is null && password is null && authorization is null && salted is null) return null;
        if (!Known.Contains(block.PublicName)) Error(block, $"mechanism {block.PublicName} is not supported for a client: use one of {string.Join(", ", Known)}");
        else if (user is null && block.PublicName != "EXTERNAL") Error(block, $"client_username must be set for {block.PublicName}");
        else if (password is null && block.PublicName != "EXTERNAL" && !(salted is not null && block.PublicName.StartsWith("SCRAM", StringComparison.Ordinal))) Error(block, $"client_password must be set for {block.PublicName}");
        var binds = block.Options.Bool("client_channelbinding", false);
        return block.PublicName switch
        {
            "PLAIN" => (exchange, cancel) => PlainAsync(exchange, authorization, user, password, cancel),
            "LOGIN" => (exchange, cancel) => LoginAsync(exchange, user, password, cancel),
            "EXTERNAL" => (exchange, cancel) => PlainTextClient.RunAsync(exchange, [authorization ?? user!], ignoresBadPrompts: false, cancel),
            "CRAM-MD5" => (exchange, cancel) => CramMd5Client.RunAsync(exchange, user, password, cancel),
            "OAUTHBEARER" or "XOAUTH2" => new BearerClient(block.PublicName == "XOAUTH2", user, password, authorization).RunAsync,
            _ => new ScramClientMechanism(block.PublicName, new(user, password, authorization, salted), binds).RunAsync,
        };
    }

    static async ValueTask<ClientOutcome> PlainAsync(ClientExchange exchange, Template? authorization, Template? user, Template? password, CancellationToken cancel)
    {
        if (exchange.Expand(authorization, out var failure) is not { } asWhom || exchange.Expand(user, out failure) is not { } name || exchange.Expand(password, out failure) is not { } secret) return failure;
        return ClientExchange.End(await exchange.BeginAsync($"{asWhom}\0{name}\0{secret}", cancel).ConfigureAwait(false));
    }

    static async ValueTask<ClientOutcome> LoginAsync(ClientExchange exchange, Template? user, Template? password, CancellationToken cancel)
    {
        if (exchange.Expand(user, out var failure) is not { } name || exchange.Expand(password, out failure) is not { } secret) return failure;
        var reply = await exchange.BeginAsync(null, cancel).ConfigureAwait(false);
        if (reply.IsIntermediate) reply = await exchange.AnswerAsync(name, cancel).ConfigureAwait(false);
        return ClientExchange.End(reply.IsIntermediate ? await exchange.AnswerAsync(secret, cancel).ConfigureAwait(false) : reply);
    }

    static void Error(ClientBlock block, string message) => block.Options.Problems.Error(block.Options.At, $"{block.Options.Owner}: {message}");
}
