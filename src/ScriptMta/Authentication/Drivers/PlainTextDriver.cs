using ScriptMta.Expansion;

namespace ScriptMta.Authentication;

/// <summary>driver = plaintext (Exim chapter 34): strings that the client sends by itself or in answer to prompts, and server_condition that judges them: PLAIN (RFC 4616), LOGIN.</summary>
static class PlainTextDriver
{
    public static DriverMade Make(AuthenticatorBlock block)
    {
        if (block.Condition is not { } condition) return DriverMade.NoServer;
        var prompts = block.Template("server_prompts");
        return new((exchange, cancel) => RunAsync(exchange, prompts, condition, cancel), ShowsSecret: true);
    }

    static async ValueTask<AuthOutcome> RunAsync(AuthExchange exchange, Template? prompts, Template condition, CancellationToken cancel)
    {
        List<string> texts = [];
        if (prompts is not null)
        {
            var expanded = prompts.Expand(exchange.Context);
            if (!expanded.IsOk) return AuthOutcome.Defer(expanded.Error);
            texts = new ListText(expanded.Text).ToList();
        }
        if (exchange.HasInitial && Take(exchange, await exchange.FirstAsync("", cancel).ConfigureAwait(false)) is { } bad) return bad;
        while (exchange.Count < texts.Count)
            if (Take(exchange, await exchange.Ask(texts[exchange.Count], cancel).ConfigureAwait(false)) is { } end) return end;
        return AuthConditions.Check(condition, exchange.Context);
    }

    /// <summary>An answer may hold several strings, with NULs between them.</summary>
    static AuthOutcome? Take(AuthExchange exchange, AuthAnswer answer)
    {
        if (answer.Data is not { } data) return answer.End;
        foreach (var text in data.Split('\0')) exchange.Add(text);
        return null;
    }
}
