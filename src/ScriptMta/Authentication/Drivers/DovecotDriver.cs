using ScriptMta.Common;

namespace ScriptMta.Authentication;

/// <summary>driver = dovecot (Exim chapter 37): the data of the exchange go to and fro between the client and Dovecot, which decides; $auth1 is the user that it names.</summary>
static class DovecotDriver
{
    /// <summary>No mechanism has so many steps; a broken server must not keep a client for ever.</summary>
    const int MostSteps = 20;

    public static DriverMade Make(AuthenticatorBlock block)
    {
        if (block.Options.Text("server_socket") is not { } socket) return DriverMade.NoServer;
        if (!socket.Text.StartsWith('/')) block.Options.Error("server_socket", "must be the path of a UNIX socket; Dovecot has one for this purpose (service auth, unix_listener)");
        if (block.Options.Bool("server_tls", false)) block.Options.Error("server_tls", "is not supported: a UNIX socket needs no TLS");
        var showsSecret = block.PublicName is "PLAIN" or "LOGIN" or "OAUTHBEARER" or "XOAUTH2";
        return new((exchange, cancel) => RunAsync(exchange, block, socket.Text, cancel), showsSecret);
    }

    static async ValueTask<AuthOutcome> RunAsync(AuthExchange exchange, AuthenticatorBlock block, string socket, CancellationToken cancel)
    {
        string? first = null;
        if (exchange.HasInitial)
        {
            var answer = await exchange.FirstAsync("", cancel).ConfigureAwait(false);
            if (answer.Data is not { } data) return answer.End;
            first = data;
        }
        try
        {
            using var dovecot = await DovecotConnection.OpenAsync(socket, cancel).ConfigureAwait(false);
            var reply = await dovecot.BeginAsync(block.PublicName, Parameters(exchange), first, cancel).ConfigureAwait(false);
            for (var step = 0; step < MostSteps; step++)
            {
                if (reply.Verb != "CONT") return await EndAsync(exchange, block, reply, cancel).ConfigureAwait(false);
                var answer = await exchange.Ask(reply.Data, cancel).ConfigureAwait(false);
                if (answer.Data is not { } data) return answer.End;
                reply = await dovecot.ContinueAsync(data, cancel).ConfigureAwait(false);
            }
            return AuthOutcome.Defer("authentication socket protocol error, too many steps");
        }
        catch (DovecotException error) { return AuthOutcome.Defer(error.Message); }
    }

    static async ValueTask<AuthOutcome> EndAsync(AuthExchange exchange, AuthenticatorBlock block, DovecotReply reply, CancellationToken cancel)
    {
        if (reply.User.Length > 0) exchange.Set(reply.User);
        if (reply.Verb == "FAIL") return reply.IsTemporary ? AuthOutcome.Defer(reply.Reason.Length > 0 ? reply.Reason : "temporary failure of the authentication service") : AuthOutcome.Fail;
        if (reply.User.Length == 0) return AuthOutcome.Defer("authentication socket protocol error, username missing");
        var verdict = AuthConditions.Check(block.Condition, exchange.Context);
        if (!verdict.IsOk || reply.Response is not { } last) return verdict;
        // What the server still has to say, such as its own proof; the client has no more (RFC 4954 4).
        var answer = await exchange.Ask(last, cancel).ConfigureAwait(false);
        return answer.Data is not { } data ? answer.End : data.Length == 0 ? AuthOutcome.Ok : AuthOutcome.Fail;
    }

    static List<string> Parameters(AuthExchange exchange)
    {
        var peer = exchange.Context.Connection;
        var parameters = new List<string> { "service=smtp" };
        if (exchange.IsSecured) parameters.Add("secured");
        if (exchange.HasVerifiedCertificate) parameters.Add("valid-client-cert");
        if (peer.HostAddress.Length > 0) parameters.Add("rip=" + peer.HostAddress);
        if (peer.InterfaceAddress.Length > 0) parameters.Add("lip=" + peer.InterfaceAddress);
        if (peer.InterfacePort > 0) parameters.Add($"lport={peer.InterfacePort}");
        if (peer.HostPort > 0) parameters.Add($"rport={peer.HostPort}");
        parameters.Add("nologin");
        return parameters;
    }
}
