using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScriptMta.Common;
using ScriptMta.Queue;
using ScriptMta.Spool;

namespace ScriptMta.Admin;

/// <summary>An array with one message a line.</summary>
sealed class JsonListing : ListingFormat
{
    public static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override string Separator => ",\n";
    public override string Begin(int messages) => "[\n";
    public override string End(int messages, long bytes) => messages == 0 ? "]\n" : "\n]\n";
    public override void Message(StringBuilder text, QueueListing message) => text.Append(Latin1.FromUnicode(Object(message).ToJsonString(OneLine)));

    public static JsonObject Object(QueueListing message) => new()
    {
        ["id"] = message.Id.Text,
        ["size"] = message.Size,
        ["received"] = message.ReceivedAt.ToString("O"),
        ["sender"] = Latin1.ToUnicode(message.Sender),
        ["frozen"] = message.Frozen,
        ["being_delivered"] = message.BeingDelivered,
        ["next_attempt"] = Time(message.NextAttempt),
        ["problem"] = Text(message.Problem),
        ["recipients"] = new JsonArray([.. message.Recipients.Select(Recipient)]),
        ["generated_done"] = new JsonArray([.. message.GeneratedDone.Select(static a => (JsonNode?)Latin1.ToUnicode(a))]),
    };

    static JsonObject Recipient(ListedRecipient recipient)
    {
        var json = new JsonObject { ["address"] = Latin1.ToUnicode(recipient.Address), ["done"] = recipient.Done, ["error"] = recipient.Error.Length == 0 ? null : Text(recipient.Error) };
        if (recipient.Delay is not { } delay) return json;
        json["error_name"] = Text(delay.Error);
        json["code"] = ReplyCode.In(delay.Text);
        json["host"] = Text(delay.Host);
        json["first_failed"] = Time(delay.FirstFailed);
        json["last_tried"] = Time(delay.LastTried);
        json["next_try"] = Time(delay.NextTry);
        return json;
    }

    static string? Text(string? text) => string.IsNullOrEmpty(text) ? null : Latin1.ToUnicode(text);
    static string? Time(DateTimeOffset time) => time == DateTimeOffset.MinValue || time == DateTimeOffset.MaxValue ? null : time.ToString("O");
}
