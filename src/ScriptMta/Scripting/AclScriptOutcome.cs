using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Scripting;

enum ScriptVerdict { Accept, Deny, Defer, Discard }

/// <summary>
/// What the ACL condition <c>js = function</c> comes to. Variables that the function set (acl_c…, acl_m…) are already in the context; Headers are
/// to be added as add_header does.
/// </summary>
abstract record AclScriptOutcome
{
    AclScriptOutcome() { }

    public IReadOnlyList<HeaderField> Headers { get; init; } = [];
    /// <summary>Names of fields to remove, as remove_header does it.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>For traces.</summary>
    public string Words => this switch
    {
        Holds holds => holds.Value ? "true" : "false",
        Ends ends => ends.Text.Length == 0 ? ends.Verdict.ToString().LowerAscii() : $"{ends.Verdict.ToString().LowerAscii()}: {ends.Text}",
        Failed failed => failed.LogText,
        _ => "",
    };

    /// <summary>An ordinary condition: the rest of the statement decides.</summary>
    public sealed record Holds(bool Value) : AclScriptOutcome;

    /// <summary>The ACL ends with this verdict, whatever the statement's verb. Text is for the peer, LogText for the log; empty = the default texts.</summary>
    public sealed record Ends(ScriptVerdict Verdict, string Text, string LogText) : AclScriptOutcome;

    /// <summary>The function threw, ran over its budget or could not look something up: answer with a deferral. Already logged; LogText has script and line.</summary>
    public sealed record Failed(string LogText) : AclScriptOutcome;
}
