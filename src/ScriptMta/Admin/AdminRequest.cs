using System.Text.Json.Serialization;

namespace ScriptMta.Admin;

/// <summary>What a command asks of the owner of the spool. All strings are byte text (JSON carries them losslessly: each char is at most U+00FF).</summary>
sealed record AdminRequest(string Command, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Options)
{
    public bool Has(string option) => Options.ContainsKey(option);
    public string? Option(string name) => Options.GetValueOrDefault(name);

    /// <summary>What a caller's JSON may hold besides: nothing missing, and byte text without NUL everywhere.</summary>
    public bool IsWellFormed =>
        IsByteText(Command) && Arguments is not null && Arguments.All(IsByteText) && Options is not null && Options.All(o => IsByteText(o.Key) && IsByteText(o.Value));

    static bool IsByteText(string? text) => text is not null && text.AsSpan().IndexOfAnyExceptInRange('\u0001', '\u00ff') < 0;
}

[JsonSerializable(typeof(AdminRequest))]
sealed partial class AdminJson : JsonSerializerContext;
