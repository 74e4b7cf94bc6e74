using ScriptMta.Expansion;

namespace ScriptMta.Authentication;

/// <summary>driver = tls (Exim chapter 42): after the handshake server_param1… become $auth1… and server_condition decides; no AUTH command is needed, nor offered then.</summary>
static class TlsDriver
{
    public static DriverMade Make(AuthenticatorBlock block)
    {
        Template?[] parameters = [block.Template("server_param1") ?? block.Template("server_param"), block.Template("server_param2"), block.Template("server_param3")];
        if (block.Options.Has("server_param1") && block.Options.Has("server_param")) block.Error("server_param and server_param1 are two names of one option");
        // A certificate that anybody may make for himself must not be enough.
        if (block.Condition is null) block.Error("server_condition must be set: without it every client would be authenticated");
        return new((exchange, _) => new(Run(exchange, parameters, block.Condition)), IsTls: true);
    }

    static AuthOutcome Run(AuthExchange exchange, Template?[] parameters, Template? condition)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            if (parameters[i] is not { } parameter) continue;
            var value = AuthConditions.Quietly(parameter, exchange.Context);
            if (!value.IsOk) return AuthConditions.Failure(value);
            exchange.SetAt(i + 1, value.Text);
        }
        return AuthConditions.Check(condition, exchange.Context);
    }
}
