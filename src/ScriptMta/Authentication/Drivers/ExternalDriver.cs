using ScriptMta.Expansion;

namespace ScriptMta.Authentication;

/// <summary>driver = external (Exim chapter 41; RFC 4422 A): the client says who it wants to be, and what else is known of it, mostly its certificate, decides.</summary>
static class ExternalDriver
{
    public static DriverMade Make(AuthenticatorBlock block)
    {
        if (block.Condition is not { } condition) return DriverMade.NoServer;
        Template?[] parameters = [block.Template("server_param2"), block.Template("server_param3")];
        return new((exchange, cancel) => RunAsync(exchange, parameters, condition, cancel));
    }

    public static async ValueTask<AuthOutcome> RunAsync(AuthExchange exchange, Template?[] parameters, Template condition, CancellationToken cancel)
    {
        var answer = await exchange.FirstAsync("", cancel).ConfigureAwait(false);
        if (answer.Data is not { } data) return answer.End;
        exchange.Add(data.Split('\0')[0]);
        for (var i = 0; i < parameters.Length; i++)
        {
            if (parameters[i] is not { } parameter) continue;
            var value = AuthConditions.Quietly(parameter, exchange.Context);
            if (!value.IsOk) return AuthConditions.Failure(value);
            exchange.SetAt(i + 2, value.Text);
        }
        return AuthConditions.Check(condition, exchange.Context);
    }
}
