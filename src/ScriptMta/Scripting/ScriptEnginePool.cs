using System.Collections.Concurrent;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Scripting;

/// <summary>
/// The JavaScript of one loaded configuration: its files are run once in each engine, then everything that they made is frozen, so that no message can leave anything
/// for another. Thread-safe; a call has an engine to itself. A call that fails is logged with script, line and message id.
/// </summary>
sealed class ScriptEnginePool : IScriptFunctions, IDisposable
{
    // More engines than this cannot run at once anyway; each holds about a megabyte.
    static readonly int EngineLimit = Math.Max(4, Environment.ProcessorCount * 2);

    // Waiting for an engine: as long as everyone before in the queue could take, within reason.
    const int PatienceInTimeLimits = 30;

    readonly ScriptOptions _options;
    readonly IReadOnlyList<ScriptSource> _sources;
    readonly IReadOnlySet<string> _functions;
    readonly ConcurrentBag<ScriptEngine> _idle = [];
    readonly SemaphoreSlim _free = new(EngineLimit);

    ScriptEnginePool(ScriptOptions options, IReadOnlyList<ScriptSource> sources, ScriptEngine first)
    {
        _options = options;
        _sources = sources;
        _functions = first.Functions;
        _idle.Add(first);
    }

    /// <summary>As the main section's options say. Null when js_files is unset, or when something is wrong with it.</summary>
    public static ScriptEnginePool? Load(OptionReader main, string configurationFile) =>
        ScriptOptions.From(main) is { } options ? Load(options, configurationFile, main.Problems, main.PlaceOf("js_files")) : null;

    /// <summary>Reads and runs the files. Null when one cannot be read or run; each problem then has file:line:column of the script.</summary>
    /// <param name="at">Where js_files was set: for a file that cannot be read.</param>
    public static ScriptEnginePool? Load(ScriptOptions options, string configurationFile, ProblemList problems, SourceLocation at)
    {
        var sources = new List<ScriptSource>();
        foreach (var file in options.Files)
            if (ScriptSource.Read(file, configurationFile, out var reason) is { } source) sources.Add(source);
            else problems.Error(at, $"js_files: {reason}");
        if (sources.Count < options.Files.Count) return null;
        if (ScriptEngine.Create(options, sources, out var failure) is { } engine) return new(options, sources, engine);
        problems.Error(failure.At, failure.Message);
        return null;
    }

    public static ScriptEnginePool? Of(RuleEnvironment environment) => environment.Scripts as ScriptEnginePool;

    public IEnumerable<string> Functions => _functions.Order(StringComparer.Ordinal);

    public bool Has(string function) => _functions.Contains(function);

    /// <summary>The error of a rule that names a function which no script defines.</summary>
    public string Missing(string function) =>
        $"no script defines the function \"{function}\"{(Functions.Any() ? $" (js_files define {string.Join(", ", Functions)})" : "")}";

    public Expanded Call(string function, IReadOnlyList<Value> arguments, ExpansionContext context)
    {
        var call = Run(function, new(context, arguments, PassHost: false));
        return call.Failure is { } failure ? Expanded.Deferred(failure.ToString())
            : call.Result is { } value ? Expanded.Ok(value) : Expanded.ForcedFail();
    }

    /// <summary>The function of an ACL condition gets the host object and the condition's arguments. Returning nothing, null or false means that the condition does not hold.</summary>
    public AclScriptOutcome DecideAcl(string function, IReadOnlyList<Value> arguments, ExpansionContext context)
    {
        var call = Run(function, new(context, arguments, PassHost: true) { Read = OutcomeReader.Acl });
        return call.Failure is { } failure ? new AclScriptOutcome.Failed(failure.ToString()) : call.Acl!;
    }

    /// <summary>The function of a router gets the host object and the router's arguments. Returning nothing, null, false or "decline" declines.</summary>
    public RouterScriptOutcome DecideRoute(string function, IReadOnlyList<Value> arguments, ExpansionContext context)
    {
        var call = Run(function, new(context, arguments, PassHost: true) { Read = OutcomeReader.Router });
        return call.Failure is { } failure ? new RouterScriptOutcome.Defer(failure.ToString()) : call.Route!;
    }

    public void Dispose()
    {
        _free.Dispose();
        _idle.Clear();
    }

    ScriptCallResult Run(string function, ScriptCall call)
    {
        var result = Has(function) ? Exclusive(function, call) : ScriptCallResult.Failed(new(function, SourceLocation.BuiltIn("js"), Missing(function)));
        if (result.Failure is { } failure) ScriptingLog.Failed(call.Context, failure);
        call.Context.Trace?.Add("script", result.At, function, result.ToString());
        return result;
    }

    ScriptCallResult Exclusive(string function, ScriptCall call)
    {
        if (!_free.Wait(_options.TimeLimit * PatienceInTimeLimits))
            return ScriptCallResult.Failed(new(function, SourceLocation.BuiltIn("js"), $"all {EngineLimit} script engines are busy"));
        try
        {
            if (!_idle.TryTake(out var engine) && (engine = ScriptEngine.Create(_options, _sources, out var failure)) is null)
                return ScriptCallResult.Failed(failure with { Function = function });
            var result = engine.Call(function, call);
            if (!result.EngineSpent) _idle.Add(engine);
            return result;
        }
        finally
        {
            _free.Release();
        }
    }
}
