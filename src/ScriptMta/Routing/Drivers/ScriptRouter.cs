using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Mail;
using ScriptMta.Scripting;

namespace ScriptMta.Routing;

/// <summary>Driver js: a JavaScript function of js_files decides. Its addresses are addresses only, never files or commands.</summary>
sealed class ScriptRouter(RouterOptions options, string function, ScriptEnginePool scripts) : IRouter
{
    public RouterOptions Options { get; } = options;

    /// <summary>Null when there is no such function; the problem has been reported.</summary>
    public static ScriptRouter? Bind(OptionReader reader, RouterOptions options, ScriptEnginePool? scripts)
    {
        if (reader.Text("function") is not { } function) reader.Problems.Error(reader.At, $"{reader.Owner}: function must be set: the name of the JavaScript function that decides");
        else if (scripts is null) reader.Error("function", "there is no JavaScript: set js_files in the main section");
        else if (!scripts.Has(function.Text)) reader.Error("function", scripts.Missing(function.Text));
        else return new(options, function.Text, scripts);
        return null;
    }

    public ValueTask<RouterAnswer> RouteAsync(RouterVisit visit, CancellationToken cancel)
    {
        var outcome = scripts.DecideRoute(function, [], visit.Context);
        return new(outcome switch
        {
            RouterScriptOutcome.Redirect redirect => Redirected(redirect, visit),
            RouterScriptOutcome.UseTransport use => Transport(use, visit),
            RouterScriptOutcome.Fail fail => new RouterAnswer.Fail(fail.Text),
            RouterScriptOutcome.Defer defer => new RouterAnswer.Defer(defer.Text),
            _ => new RouterAnswer.Decline($"{function}() says so"),
        });
    }

    RouterAnswer Transport(RouterScriptOutcome.UseTransport use, RouterVisit visit) =>
        visit.Dependencies.Transports.ContainsKey(use.Name)
            ? new RouterAnswer.Accept([], use.Name) { HeadersAdd = [.. use.Headers] }
            : new RouterAnswer.Defer($"transport \"{use.Name}\" not found in {Options.Name} router");

    RouterAnswer Redirected(RouterScriptOutcome.Redirect redirect, RouterVisit visit)
    {
        var children = ImmutableArray.CreateBuilder<RoutedAddress>();
        var make = new RedirectChildren(new RedirectOptions(), visit, isTainted: true);
        foreach (var address in redirect.Addresses)
        {
            if (!AddressParser.TryParseOne(address.Text, visit.Dependencies.AddressRules, out var parsed, out var error))
                return new RouterAnswer.Defer($"{function}() redirects to \"{address.Text}\": {error}");
            if (!parsed.Address.IsQualified && address.Text.TrimSpaceAtStart() is ['/' or '|' or ':', ..])
                return new RouterAnswer.Defer($"{function}() redirects to \"{address.Text}\", which is no address; use a transport for files and commands");
            if (make.Address(parsed.Address, asIncoming: false, out error) is not { } child) return new RouterAnswer.Defer(error);
            children.Add(child with { HeadersAdd = [.. redirect.Headers] });
        }
        return new RouterAnswer.Redirect(children.ToImmutable());
    }
}
