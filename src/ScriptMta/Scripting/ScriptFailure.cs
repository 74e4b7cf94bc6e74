using ScriptMta.Common;

namespace ScriptMta.Scripting;

/// <summary>Why a script gave no answer, and where in the scripts (as far as the engine knows). Line and column from 1.</summary>
sealed record ScriptFailure(string Function, SourceLocation At, string Message)
{
    public override string ToString() => Function.Length == 0 ? $"{At}: {Message}" : $"script function \"{Function}\": {At}: {Message}";
}
