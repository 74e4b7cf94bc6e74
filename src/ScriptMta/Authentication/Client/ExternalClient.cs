namespace ScriptMta.Authentication;

/// <summary>driver = external as a client (Exim 41.3; RFC 4422 A): who we want to be; what we are is known by other means, mostly our certificate.</summary>
static class ExternalClient
{
    public static ClientMechanism? Make(ClientBlock block) =>
        block.Template("client_send") is { } send ? (exchange, cancel) => PlainTextClient.RunAsync(exchange, [send], ignoresBadPrompts: false, cancel) : null;
}
