using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScriptMta.Common;
using ScriptMta.Language;
using ScriptMta.Logging;

namespace ScriptMta.Cli;

/// <summary>--json: the same facts as the human output. Byte text is shown as Unicode where it is UTF-8.</summary>
static class JsonOutput
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text to print: byte text again.</summary>
    public static string Print(JsonNode node) => Latin1.FromUnicode(node.ToJsonString(Readable));

    public static JsonNode Text(string? text) => text is null ? null! : JsonValue.Create(Latin1.ToUnicode(text))!;

    public static JsonObject Place(SourceLocation at) => new() { ["file"] = Text(at.File), ["line"] = at.Line, ["column"] = at.Column };

    public static string Problems(IReadOnlyList<ConfigurationProblem> problems) => Print(new JsonArray([.. problems.Select(p => new JsonObject
    {
        ["at"] = Place(p.At), ["severity"] = p.IsWarning ? "warning" : "error", ["message"] = Text(p.Message),
    })]));

    public static JsonArray Steps(IReadOnlyList<TraceStep> steps) => new([.. steps.Select(s => new JsonObject
    {
        ["depth"] = s.Depth, ["kind"] = s.Kind, ["at"] = Place(s.At), ["text"] = Text(s.Text), ["result"] = Text(s.Result),
    })]);
}
