using Jint.Native;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Scripting;

/// <summary>One call: PassHost = the host object is the first argument (it is always "this").</summary>
sealed record ScriptCall(ExpansionContext Context, IReadOnlyList<Value> Arguments, bool PassHost)
{
    /// <summary>Makes the outcome of the value that the function returned; null = a plain text.</summary>
    public Func<JsValue, CleanTexts, ExpansionContext, ScriptCallResult>? Read { get; init; }
}

/// <summary>What came of it: exactly one of Failure, Acl and Route is set, or none for a plain text (Result null = the function returned null or nothing).</summary>
sealed record ScriptCallResult
{
    public Value? Result { get; init; }
    public AclScriptOutcome? Acl { get; init; }
    public RouterScriptOutcome? Route { get; init; }
    public ScriptFailure? Failure { get; init; }
    /// <summary>The engine was stopped in the middle and must not be used again.</summary>
    public bool EngineSpent { get; init; }
    public SourceLocation At => Failure?.At ?? SourceLocation.BuiltIn("js");

    public static ScriptCallResult Failed(ScriptFailure failure, bool spent = false) => new() { Failure = failure, EngineSpent = spent };

    public override string ToString() => Failure?.ToString() ?? Acl?.Words ?? Route?.Words ?? Result?.Text ?? "null";
}

/// <summary>The script asked for something that cannot be answered now: never a "no". Passes through the script, which cannot catch it.</summary>
sealed class ScriptDeferredException(string reason) : Exception(reason);
