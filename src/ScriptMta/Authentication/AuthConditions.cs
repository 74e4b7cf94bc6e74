using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Authentication;

/// <summary>Exim 33.1: what the value of server_condition means.</summary>
static class AuthConditions
{
    /// <summary>Unset: nothing more is asked.</summary>
    public static AuthOutcome Check(Template? condition, ExpansionContext context)
    {
        if (condition is null) return AuthOutcome.Ok;
        var value = Quietly(condition, context);
        if (!value.IsOk) return Failure(value);
        return value.Text.LowerAscii() switch
        {
            "" or "0" or "no" or "false" => AuthOutcome.Fail,
            "1" or "yes" or "true" => AuthOutcome.Ok,
            _ => AuthOutcome.Defer(value.Text, value.Text),
        };
    }

    /// <summary>A forced failure says no; any other one that nobody can say.</summary>
    public static AuthOutcome Failure(Expanded value) => value.Kind == ExpandedKind.ForcedFail ? AuthOutcome.Fail : AuthOutcome.Defer(value.Error);

    /// <summary>Without a trace: passwords are in it.</summary>
    public static Expanded Quietly(Template template, ExpansionContext context)
    {
        var trace = context.Trace;
        context.Trace = null;
        try { return template.Expand(context); }
        finally { context.Trace = trace; }
    }
}
