using System.Text.Json.Nodes;
using ScriptMta.Common;
using ScriptMta.Language;
using ScriptMta.Mail;
using ScriptMta.Queue;

namespace ScriptMta.Admin;

/// <summary>A row of the table of verbs that change messages.</summary>
/// <param name="Prepare">What to do to each message, from the request's options; null and the reason when they make no sense.</param>
sealed record QueueVerb(string Name, string Participle, QueueVerb.Preparation Prepare)
{
    public delegate ValueTask<EditAnswer> Act(MailQueue queue, MessageId id, string by, CancellationToken cancel);
    public delegate Act? Preparation(AdminRequest request, DateTimeOffset now, out string wrong);

    /// <summary>What undo must know of a message as it was; null when the deed cannot be taken back.</summary>
    public Func<QueueListing, AdminRequest, JsonObject>? Before { get; init; }
    /// <summary>How undo takes it back.</summary>
    public Func<MailQueue, MessageId, JsonObject, string, CancellationToken, ValueTask<EditAnswer>>? Back { get; init; }
    public bool Delivers { get; init; }
}

/// <summary>The verbs of <c>scriptmta queue</c> that change messages.</summary>
static class QueueVerbs
{
    /// <summary>How long a removed message is kept unless --keep says otherwise: a day is long enough to notice, and disks have room for a day's mistakes.</summary>
    public static readonly TimeSpan DefaultKeep = TimeSpan.FromDays(1);

    static readonly QueueVerb[] All =
    [
        Simple("freeze", "frozen", static (q, id, by, cancel) => q.FreezeAsync(id, by, cancel)) with
        {
            Before = static (m, _) => new() { ["frozen"] = m.Frozen },
            Back = static (q, id, was, by, cancel) => Was(was, "frozen") ? Nothing() : q.ThawAsync(id, by, cancel),
        },
        Simple("thaw", "thawed", static (q, id, by, cancel) => q.ThawAsync(id, by, cancel)) with
        {
            Before = static (m, _) => new() { ["frozen"] = m.Frozen },
            Back = static (q, id, was, by, cancel) => Was(was, "frozen") ? q.FreezeAsync(id, by, cancel) : Nothing(),
        },
        Simple("bounce", "given up, with a report to the sender", static (q, id, by, cancel) => q.GiveUpAsync(id, by, cancel)),
        Simple("retry", "tried now", static async (q, id, _, cancel) => await q.DeliverAsync(id, forced: true, cancel) ? EditAnswer.Made("") : EditAnswer.Not("does not exist")) with { Delivers = true },
        new("remove", "removed", Remove) { Before = static (_, _) => [], Back = static (q, id, _, by, cancel) => q.RestoreAsync(id, by, cancel) },
        new("edit", "changed", Edit) { Before = WasEdited, Back = Unedit },
        new("reroute", "changed", Reroute) { Before = WasEdited, Back = Unedit },
    ];

    static ValueTask<EditAnswer> Nothing() => ValueTask.FromResult(EditAnswer.Made("was so before"));

    public static QueueVerb? Find(string name) => Array.Find(All, v => v.Name == name);

    static QueueVerb Simple(string name, string participle, QueueVerb.Act act) => new(name, participle, (AdminRequest _, DateTimeOffset _, out string wrong) =>
    {
        wrong = "";
        return act;
    });

    static bool Was(JsonObject was, string name) => was[name]?.GetValue<bool>() == true;

    static QueueVerb.Act? Remove(AdminRequest request, DateTimeOffset now, out string wrong)
    {
        wrong = "";
        var keep = DefaultKeep;
        if (request.Option("keep") is { } text && !OptionValues.Time(text, out keep)) wrong = $"--keep \"{text}\" is no time: as in 12h, 1d or 0s";
        return wrong.Length > 0 ? null : (q, id, by, cancel) => q.SetAsideAsync(id, now + keep, by, cancel);
    }

    static QueueVerb.Act? Edit(AdminRequest request, DateTimeOffset now, out string wrong)
    {
        wrong = "";
        if (request.Option("sender") is { } text)
        {
            if (text != "<>" && !TryAddress(text, out _, out wrong)) return null;
            var sender = text == "<>" ? MailAddress.Null : MailAddress.Split(text);
            return (q, id, by, cancel) => q.EditSenderAsync(id, sender, by, cancel);
        }
        if (request.Option("from") is not { } old || request.Option("to") is not { } @new) wrong = "edit needs --sender ADDRESS, or --rcpt OLD and --to NEW";
        else if (TryAddress(old, out var from, out wrong) && TryAddress(@new, out var to, out wrong))
            return (q, id, by, cancel) => q.ReplaceRecipientsAsync(id, a => a.SameAs(from) ? to : null, by, cancel);
        return null;
    }

    static QueueVerb.Act? Reroute(AdminRequest request, DateTimeOffset now, out string wrong)
    {
        wrong = "";
        if (request.Option("domain") is not { } domain) return static (q, id, by, cancel) => q.ForgetDelaysAsync(id, by, cancel);
        if (!TryAddress("x@" + domain, out _, out wrong)) return null;
        var only = request.Option("from-domain");
        return (q, id, by, cancel) => q.ReplaceRecipientsAsync(id, a => only is null || AsciiCase.Same(a.Domain, only) ? a with { Domain = domain } : null, by, cancel);
    }

    static bool TryAddress(string text, out MailAddress address, out string wrong)
    {
        var good = AddressParser.TryParseOne(text, AddressRules.Default, out var parsed, out var error) && parsed.Address.IsQualified;
        address = good ? parsed.Address : default;
        wrong = good ? "" : $"bad address {text}: {(error.Length == 0 ? "it needs a domain" : error)}";
        return good;
    }

    /// <summary>The sender, and the recipients that waited in their order: those that are edited keep their place.</summary>
    static JsonObject WasEdited(QueueListing message, AdminRequest request) => new()
    {
        ["sender"] = Latin1.ToUnicode(message.Sender),
        ["waited"] = new JsonArray([.. message.Waiting.Select(static r => (JsonNode?)Latin1.ToUnicode(r.Address))]),
        ["from"] = Text(request, "from"), ["to"] = Text(request, "to"), ["domain"] = Text(request, "domain"), ["edits"] = request.Has("sender") ? "sender" : "recipients",
    };

    static string? Text(AdminRequest request, string option) => request.Option(option) is { } text ? Latin1.ToUnicode(text) : null;

    static ValueTask<EditAnswer> Unedit(MailQueue queue, MessageId id, JsonObject was, string by, CancellationToken cancel)
    {
        if ((string?)was["edits"] == "sender") return queue.EditSenderAsync(id, MailAddress.Split(Bytes(was["sender"])), by, cancel);
        var (from, to, domain) = (Bytes(was["from"]), Bytes(was["to"]), Bytes(was["domain"]));
        if (domain.Length == 0 && to.Length == 0) return ValueTask.FromResult(EditAnswer.Not("was only routed again: nothing to take back"));
        var originals = was["waited"]!.AsArray().Select(static n => MailAddress.Split(Bytes(n))).ToList();
        return queue.ReplaceRecipientsAsync(id, address => Original(address, originals, from, to, domain), by, cancel);
    }

    /// <summary>What an address was before; null: it is none that was changed.</summary>
    static MailAddress? Original(MailAddress address, List<MailAddress> originals, string from, string to, string domain)
    {
        if (to.Length > 0) return address.SameAs(MailAddress.Split(to)) ? MailAddress.Split(from) : null;
        if (!AsciiCase.Same(address.Domain, domain)) return null;
        var before = originals.FindIndex(o => o.LocalPart == address.LocalPart && !AsciiCase.Same(o.Domain, domain));
        return before < 0 ? null : originals[before];
    }

    static string Bytes(JsonNode? node) => node is null ? "" : Latin1.FromUnicode((string)node!);
}
