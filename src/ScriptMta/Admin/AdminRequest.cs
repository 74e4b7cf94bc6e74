using System.Text.Json.Serialization;

namespace ScriptMta.Admin;

/// <summary>What a command asks of the owner of the spool. All strings are byte text (JSON carries them losslessly: each char is at most U+00FF).</summary>
sealed record AdminRequest(string Command, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Options)
{
    public bool Has(string option) => Options.ContainsKey(option);
    public string? Option(string name) => Options.GetValueOrDefault(name);
}

[JsonSerializable(typeof(AdminRequest))]
sealed partial class AdminJson : JsonSerializerContext;
