namespace ScriptMta.Expansion;

/// <summary>Ok: Value is the result. ForcedFail: the word "fail" was reached; its meaning is the option's. Failed: Error says why, in Exim's words. Deferred: a lookup could not answer.</summary>
enum ExpandedKind { Ok, ForcedFail, Failed, Deferred }

/// <summary>The closed outcome of an expansion.</summary>
readonly struct Expanded
{
    Expanded(ExpandedKind kind, Value value, string error) => (Kind, Value, Error) = (kind, value, error);

    public ExpandedKind Kind { get; }
    /// <summary>Empty unless Ok.</summary>
    public Value Value { get; }
    /// <summary>Why it failed or was deferred; "forced failure" for ForcedFail; empty when Ok.</summary>
    public string Error { get; }

    public bool IsOk => Kind == ExpandedKind.Ok;
    public string Text => Value.Text ?? "";

    public static Expanded Ok(Value value) => new(ExpandedKind.Ok, value, "");
    public static Expanded ForcedFail(string why = "\"fail\" requested") => new(ExpandedKind.ForcedFail, Value.Empty, why);
    public static Expanded Failed(string error) => new(ExpandedKind.Failed, Value.Empty, error);
    public static Expanded Deferred(string error) => new(ExpandedKind.Deferred, Value.Empty, error);
}
