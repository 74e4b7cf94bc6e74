using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime.Interop;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Scripting;

/// <summary>
/// The functions that scripts call, global and the same for every call: log, lookup, variable and match. They know the running call's context. rules/scriptmta.d.ts describes
/// them; whatever cannot be answered now ends the whole call with a deferral.
/// </summary>
sealed class HostFunctions(Engine engine, int bodyLimit)
{
    ExpansionContext? _context;
    CleanTexts? _clean;

    ExpansionContext Context => _context ?? throw new ScriptDeferredException("log, lookup, variable and match can only be used while a message or connection is at hand, not while the script loads");

    /// <summary>The host object of the call: first argument of hooks, "this" of all.</summary>
    public JsValue Begin(ExpansionContext context, CleanTexts clean)
    {
        (_context, _clean) = (context, clean);
        return HostObject.Create(engine, context, clean, bodyLimit);
    }

    public void End() => (_context, _clean) = (null, null);

    public void Install()
    {
        engine.SetValue("log", Function(arguments =>
        {
            ScriptingLog.Said(Context, Text(arguments, 0));
            return JsValue.Undefined;
        }));
        engine.SetValue("lookup", Function(Lookup));
        engine.SetValue("variable", Function(Variable));
        var match = engine.Object.Construct([]);
        foreach (var (name, kind) in (ReadOnlySpan<(string, NamedListKind)>)
            [("domain", NamedListKind.Domain), ("host", NamedListKind.Host), ("address", NamedListKind.Address), ("localPart", NamedListKind.LocalPart)])
            match.FastAddProperty(name, Function(arguments => new JsValue(Matches(kind, Text(arguments, 0), Text(arguments, 1)))), false, true, false);
        engine.SetValue("match", new JsValue(match));
    }

    /// <summary>lookup(type, key, file) or lookup(type, query): the data, or null when there is none. Relative file names stand beside the configuration file.</summary>
    JsValue Lookup(JsValue[] arguments)
    {
        var type = Text(arguments, 0);
        if (LookupSearch.Parse(type, Context.Environment.Lookups, out var error) is not { } search) throw new ScriptDeferredException(error);
        var (key, source) = search.IsQuery ? ("", Text(arguments, 1)) : (Text(arguments, 1), Text(arguments, 2));
        var file = new Value(search.IsQuery ? source : ScriptSource.Resolve(source, Context.Environment.ConfigFile), _clean!.TaintOf(source));
        switch (search.Find(_clean.Value(key), file, Context).Result)
        {
            case LookupResult.Found { Data: var data }:
                if (data.IsTainted) _clean.SeenOutside = true;
                else _clean.Add(data.Text);
                return JsText.ToJs(data.Text);
            case LookupResult.NotFound: return JsValue.Null;
            case LookupResult.Deferred deferred: throw new ScriptDeferredException($"lookup of \"{key}\" gave DEFER: {deferred.Reason}");
            case LookupResult.Failed failed: throw new ScriptDeferredException($"lookup of \"{key}\" failed: {failed.Reason}");
            default: throw new InvalidOperationException();
        }
    }

    /// <summary>variable(name): what $name is for the rules now; null for a name that there is not.</summary>
    JsValue Variable(JsValue[] arguments)
    {
        if (VariableText.Of(Text(arguments, 0), Context) is not { } value) return JsValue.Null;
        if (value.IsTainted) _clean!.SeenOutside = true;
        else _clean!.Add(value.Text);
        return JsText.ToJs(value.Text);
    }

    /// <summary>The list is not expanded: it is the script's own text.</summary>
    bool Matches(NamedListKind kind, string text, string list)
    {
        var subject = new ListSubject { Context = Context, Kind = kind, Text = text, ListTaint = _clean!.TaintOf(list) };
        var match = ParsedList.Parse(list, kind).Test(subject);
        return match.IsDefer ? throw new ScriptDeferredException($"\"{text}\" in \"{list}\" cannot be told: {match.Reason}") : match.IsYes;
    }

    ClrFunctionInstance Function(Func<JsValue[], JsValue> run) => new(engine, (_, arguments) => run(arguments));

    static string Text(JsValue[] arguments, int index) => index < arguments.Length && !JsText.IsNothing(arguments[index]) ? JsText.FromJs(arguments[index]) : "";
}
