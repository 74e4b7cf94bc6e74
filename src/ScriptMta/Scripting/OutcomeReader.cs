using System.Buffers;
using System.Collections.Frozen;
using Jint.Native;
using Jint.Native.Object;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Scripting;

/// <summary>What the value that a hook returned means. Anything that is not described in rules/scriptmta.d.ts is an error, so that a slip cannot pass for an answer.</summary>
static class OutcomeReader
{
    static readonly FrozenDictionary<string, ScriptVerdict> Verdicts = new Dictionary<string, ScriptVerdict>
    {
        ["accept"] = ScriptVerdict.Accept, ["deny"] = ScriptVerdict.Deny, ["defer"] = ScriptVerdict.Defer, ["discard"] = ScriptVerdict.Discard,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static readonly SearchValues<char> HeaderNameCharacters = SearchValues.Create([.. Enumerable.Range(33, 94).Select(c => (char)c).Where(c => c != ':')]);

    public static ScriptCallResult Acl(JsValue value, CleanTexts clean, ExpansionContext context)
    {
        if (JsText.IsNothing(value)) return new() { Acl = new AclScriptOutcome.Holds(false) };
        if (value.IsBoolean()) return new() { Acl = new AclScriptOutcome.Holds(value.AsBoolean()) };
        if (value.IsString()) return new() { Acl = new AclScriptOutcome.Ends(Verdict(value), "", "") };
        if (!value.IsObject()) throw Wrong($"returned {JsText.FromJs(value)}, which is neither true, false, a verdict nor an object");
        var answer = value.AsObject();
        Only(answer, ["verdict", "result", "text", "log", "set", "headers", "removeHeaders"]);
        Set(answer.Get("set"), clean, name => Variables(name, context, router: false));
        var (headers, removed) = (Headers(answer.Get("headers")), Removed(answer.Get("removeHeaders")));
        if (JsText.IsNothing(answer.Get("verdict")))
            return new() { Acl = new AclScriptOutcome.Holds(answer.Get("result") is var result && result.IsBoolean() && result.AsBoolean()) { Headers = headers, Removed = removed } };
        return new() { Acl = new AclScriptOutcome.Ends(Verdict(answer.Get("verdict")), Text(answer, "text"), Text(answer, "log")) { Headers = headers, Removed = removed } };
    }

    public static ScriptCallResult Router(JsValue value, CleanTexts clean, ExpansionContext context)
    {
        if (JsText.IsNothing(value) || (value.IsBoolean() && !value.AsBoolean()) || (value.IsString() && value.AsString() == "decline"))
            return new() { Route = new RouterScriptOutcome.Decline() };
        if (value.IsArray()) return new() { Route = Redirect(value, clean) };
        if (!value.IsObject()) throw Wrong($"returned {JsText.FromJs(value)}, which is neither \"decline\", a list of addresses nor an object");
        var answer = value.AsObject();
        Only(answer, ["redirect", "transport", "fail", "defer", "decline", "set", "headers"]);
        Set(answer.Get("set"), clean, name => Variables(name, context, router: true));
        return new() { Route = Route(answer, clean) with { Headers = Headers(answer.Get("headers")) } };
    }

    static RouterScriptOutcome Route(ObjectInstance answer, CleanTexts clean)
    {
        var given = ((string[])["redirect", "transport", "fail", "defer", "decline"]).Where(name => !JsText.IsNothing(answer.Get(name))).ToArray();
        if (given.Length != 1) throw Wrong($"returned an object with {(given.Length == 0 ? "none" : string.Join(" and ", given))} of redirect, transport, fail, defer and decline: exactly one is needed");
        return given[0] switch
        {
            "redirect" => Redirect(answer.Get("redirect"), clean),
            "transport" => new RouterScriptOutcome.UseTransport(Text(answer, "transport")),
            "fail" => new RouterScriptOutcome.Fail(Text(answer, "fail")),
            "defer" => new RouterScriptOutcome.Defer(Text(answer, "defer")),
            _ => new RouterScriptOutcome.Decline(),
        };
    }

    static RouterScriptOutcome.Redirect Redirect(JsValue value, CleanTexts clean)
    {
        var addresses = JsText.List(value);
        return addresses.Count == 0 ? throw Wrong("returned an empty list of addresses: decline, or say fail or defer") : new([.. addresses.Select(clean.Value)]);
    }

    static ScriptVerdict Verdict(JsValue value) => value.IsString() && Verdicts.TryGetValue(value.AsString(), out var verdict)
        ? verdict : throw Wrong($"returned the verdict \"{JsText.FromJs(value)}\", which is none of {string.Join(", ", Verdicts.Keys.Order(StringComparer.Ordinal))}");

    /// <summary>{ Name: "value" } or ["Name: value"].</summary>
    static IReadOnlyList<HeaderField> Headers(JsValue value)
    {
        if (JsText.IsNothing(value)) return [];
        if (!value.IsObject()) throw Wrong("returned headers that are neither an object nor a list");
        if (value.IsArray()) return [.. JsText.List(value).Select(line => line.IndexOf(':') is var at and > 0 ? Header(line[..at], line[(at + 1)..]) : throw Wrong($"returned the header \"{line}\" without a colon"))];
        return [.. value.AsObject().GetOwnProperties().Select(p => Header(Latin1.FromUnicode(p.Key), JsText.FromJs(value.AsObject().Get(p.Key))))];
    }

    /// <summary>Names, of which the last character may be "*".</summary>
    static IReadOnlyList<string> Removed(JsValue value)
    {
        var names = JsText.List(value);
        foreach (var name in names)
            if (name.Length == 0 || name.AsSpan().IndexOfAnyExcept(HeaderNameCharacters) >= 0) throw Wrong($"removes a header with the name \"{name}\", which RFC 5322 2.2 does not allow");
        return names;
    }

    static HeaderField Header(string name, string value)
    {
        value = value.Trim(' ', '\t');
        if (name.Length == 0 || name.AsSpan().IndexOfAnyExcept(HeaderNameCharacters) >= 0) throw Wrong($"returned a header with the name \"{name}\", which RFC 5322 2.2 does not allow");
        return value.AsSpan().IndexOfAny("\r\n\0") >= 0 ? throw Wrong($"returned the header {name} with a line end or NUL in its value") : HeaderField.Create(name, value);
    }

    static void Set(JsValue value, CleanTexts clean, Func<string, (Dictionary<string, Value>, string)> variables)
    {
        if (JsText.IsNothing(value)) return;
        if (!value.IsObject()) throw Wrong("returned a \"set\" that is not an object");
        foreach (var (name, _) in value.AsObject().GetOwnProperties())
        {
            var (table, key) = variables(name);
            table[key] = clean.Value(JsText.FromJs(value.AsObject().Get(name)));
        }
    }

    static (Dictionary<string, Value>, string) Variables(string name, ExpansionContext context, bool router) => name switch
    {
        _ when !router && name.StartsWith("acl_c", StringComparison.Ordinal) => (context.Connection.AclVariables, name[5..]),
        _ when !router && name.StartsWith("acl_m", StringComparison.Ordinal) => (context.Message.AclVariables, name[5..]),
        _ when router && name.StartsWith("r_", StringComparison.Ordinal) => (context.Address.RouterVariables, name[2..]),
        _ => throw Wrong($"sets the variable \"{name}\": only {(router ? "r_… can be set by a router" : "acl_c… and acl_m… can be set")}"),
    };

    static void Only(ObjectInstance answer, string[] names)
    {
        foreach (var (name, _) in answer.GetOwnProperties())
            if (!names.Contains(name)) throw Wrong($"returned an object with the unknown property \"{name}\" (known: {string.Join(", ", names)})");
    }

    static string Text(ObjectInstance answer, string name) => JsText.IsNothing(answer.Get(name)) ? "" : JsText.FromJs(answer.Get(name));

    static ScriptDeferredException Wrong(string what) => new(what);
}
