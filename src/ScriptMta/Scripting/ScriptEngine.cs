using Jint;
using Jint.Native;
using Jint.Native.Function;
using Jint.Parser;
using Jint.Runtime;
using ScriptMta.Common;

namespace ScriptMta.Scripting;

/// <summary>One engine with the scripts run and frozen. One call at a time. Engine types stay inside this chapter.</summary>
sealed class ScriptEngine
{
    readonly Engine _engine;
    readonly ScriptOptions _options;
    readonly HashSet<string> _literals;
    readonly HostFunctions _host;

    ScriptEngine(ScriptOptions options, HashSet<string> literals)
    {
        _options = options;
        _literals = literals;
        _engine = new Engine(o => o.LimitRecursion(ScriptOptions.RecursionLimit).MaxStatements(options.StatementLimit).TimeoutInterval(options.TimeLimit));
        _host = new(_engine, options.BodyLimit);
        _engine.Execute(Prelude.Text, new ParserOptions { Source = Prelude.Name });
        _host.Install();
    }

    /// <summary>Names of the functions that the scripts define.</summary>
    public IReadOnlySet<string> Functions { get; private set; } = new HashSet<string>();

    public static ScriptEngine? Create(ScriptOptions options, IReadOnlyList<ScriptSource> sources, out ScriptFailure failure)
    {
        var engine = new ScriptEngine(options, new(StringComparer.Ordinal));
        var builtIn = engine.FunctionNames().ToHashSet();
        foreach (var source in sources)
            if (engine.Load(source) is { } problem)
            {
                failure = problem;
                return null;
            }
        engine.Functions = engine.FunctionNames().Where(name => !builtIn.Contains(name)).ToHashSet(StringComparer.Ordinal);
        FrozenGraph.Freeze(engine._engine.Global);
        failure = null!;
        return engine;
    }

    public ScriptCallResult Call(string function, ScriptCall call)
    {
        var clean = new CleanTexts(_literals);
        clean.Arguments(call.Arguments);
        _engine.ResetStatementsCount();
        _engine.ResetTimeoutTicks();
        _engine.ResetCallStack();
        var failure = Guarded(function, Latin1.ToUnicode(call.Context.Environment.ConfigFile), out var spent, () =>
        {
            var self = _host.Begin(call.Context, clean);
            var arguments = call.Arguments.Select(a => JsText.ToJs(a.Text));
            object[] all = [.. call.PassHost ? arguments.Prepend(self) : arguments];
            var value = _engine.Invoke(_engine.Global.Get(function), self, all);
            return call.Read is { } read ? read(value, clean, call.Context)
                : new ScriptCallResult { Result = JsText.IsNothing(value) ? null : clean.Value(JsText.FromJs(value)) };
        }, out var result);
        _host.End();
        return failure is null ? result! : ScriptCallResult.Failed(failure, spent);
    }

    ScriptFailure? Load(ScriptSource source) => Guarded("", source.Name, out _, () =>
    {
        var program = new JavaScriptParser().Parse(source.Text, new ParserOptions { Source = source.Name, Tokens = true });
        foreach (var token in program.Tokens ?? [])
            if (token.Type == Tokens.StringLiteral && token.Value is string { Length: > 1 } quoted && !quoted.Contains('\\'))
                _literals.Add(Latin1.FromUnicode(quoted[0] is '"' or '\'' ? quoted[1..^1] : quoted));
        _engine.Execute(program);
        return true;
    }, out _);

    /// <summary>Every way in which a script can fail, as one failure with its place. Spent: it was stopped half-way.</summary>
    ScriptFailure? Guarded<T>(string function, string file, out bool spent, Func<T> run, out T? result)
    {
        (spent, result) = (true, default);
        try
        {
            result = run();
            spent = false;
            return null;
        }
        catch (JavaScriptException error)
        {
            spent = false;
            var place = error.Location is { Start.Line: > 0 } at ? new(at.Source ?? file, at.Start.Line, at.Start.Column + 1) : LastPlace(file);
            return new(function, place, Describe(error));
        }
        catch (ParserException error)
        {
            return new(function, new(file, error.LineNumber, error.Column), $"syntax error: {error.Description} (scripts are ECMAScript 5.1; compile newer ones with rules/tsconfig.json)");
        }
        catch (StatementsCountOverflowException)
        {
            return new(function, LastPlace(file), $"ran more than {_options.StatementLimit} statements (js_statement_limit)");
        }
        catch (System.Text.RegularExpressions.RegexMatchTimeoutException error)
        {
            return new(function, LastPlace(file), $"the regular expression {error.Pattern} took longer than {error.MatchTimeout.TotalMilliseconds:0} ms");
        }
        catch (TimeoutException)
        {
            return new(function, LastPlace(file), $"ran longer than {_options.TimeLimit.TotalMilliseconds:0} ms (js_time_limit)");
        }
        catch (RecursionDepthOverflowException)
        {
            return new(function, LastPlace(file), $"more than {ScriptOptions.RecursionLimit} calls within calls");
        }
        catch (ScriptDeferredException error)
        {
            return new(function, LastPlace(file), error.Message);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or FormatException or OverflowException or InvalidCastException or NullReferenceException or KeyNotFoundException or IndexOutOfRangeException)
        {
            // The engine meets some wrong scripts with .NET's own exceptions.
            return new(function, LastPlace(file), $"the script engine failed: {error.Message}");
        }
    }

    SourceLocation LastPlace(string file) => _engine.GetLastSyntaxNode()?.Location is { Start.Line: > 0 } at
        ? new(at.Source ?? file, at.Start.Line, at.Start.Column + 1) : new(file, 0, 0);

    static string Describe(JavaScriptException error)
    {
        if (!error.Error.IsObject()) return $"threw {JsText.FromJs(error.Error)}";
        var thrown = error.Error.AsObject();
        var (name, message) = (thrown.Get("name"), thrown.Get("message"));
        return JsText.IsNothing(message) || JsText.FromJs(message).Length == 0 ? JsText.IsNothing(name) ? "threw an object" : JsText.FromJs(name)
            : $"{(JsText.IsNothing(name) ? "Error" : JsText.FromJs(name))}: {JsText.FromJs(message)}";
    }

    IEnumerable<string> FunctionNames() =>
        _engine.Global.GetOwnProperties().Where(p => p.Value.Value is { } value && value.IsObject() && value.AsObject() is FunctionInstance).Select(p => p.Key);
}
