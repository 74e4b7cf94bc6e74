using ScriptMta.Expansion;

namespace ScriptMta.Scripting;

/// <summary>What scripts leave in the main log.</summary>
static class ScriptingLog
{
    public static void Failed(ExpansionContext context, ScriptFailure failure) => context.Environment.Log.Main(context.Message.Id, $"{failure}");

    /// <summary>log(text) of a script. A dry run only traces it.</summary>
    public static void Said(ExpansionContext context, string text)
    {
        if (context.DryRun) context.Trace?.Add("script", Common.SourceLocation.BuiltIn("js"), "log", text);
        else context.Environment.Log.Main(context.Message.Id, $"script: {text}");
    }
}
