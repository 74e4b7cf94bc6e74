using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Mail;
using ScriptMta.Queue;

namespace ScriptMta.Admin;

/// <summary>The -M options that change messages: Exim's line per message, and status 1 when any was not done.</summary>
sealed class MessageHandlers(AdminServices services)
{
    public IEnumerable<AdminCommand> Commands() =>
    [
        ForEach("freeze", services.Queue.FreezeAsync),
        ForEach("thaw", services.Queue.ThawAsync),
        new("remove", true, RemoveAsync),
        new("give-up", true, GiveUpAsync),
        ForEach("mark-all-delivered", (id, by, cancel) => services.Queue.MarkDeliveredAsync(id, null, by, cancel), after: "\n"),
        ForOne("add-recipients", "adding recipient", (id, addresses, by, cancel) => services.Queue.AddRecipientsAsync(id, addresses, by, cancel)),
        ForOne("edit-sender", "editing sender", (id, addresses, by, cancel) =>
            addresses.Count > 1 ? ValueTask.FromResult(EditAnswer.Not("- only one sender address can be specified")) : services.Queue.EditSenderAsync(id, addresses[0], by, cancel)),
        ForOne("mark-delivered", "marking as delivered", (id, addresses, by, cancel) => services.Queue.MarkDeliveredAsync(id, addresses, by, cancel)),
    ];

    /// <summary>Exim says nothing of a message that it gave up, nor of one that is not there: its log says all.</summary>
    async ValueTask<int> GiveUpAsync(AdminCall call, CancellationToken cancel)
    {
        var status = ExitCode.Ok;
        foreach (var text in call.Request.Arguments)
            if (Find(text) is { } id && await services.Queue.GiveUpAsync(id, NameOf(call.Caller), cancel) is { IsDone: false } not && !await SayAsync(call, text, not, cancel)) status = ExitCode.Failure;
        return status;
    }

    /// <param name="after">What Exim prints after each message's line.</param>
    AdminCommand ForEach(string name, Func<MessageId, string, CancellationToken, ValueTask<EditAnswer>> act, string after = "") => new(name, true, async (call, cancel) =>
    {
        var status = ExitCode.Ok;
        foreach (var text in call.Request.Arguments)
        {
            if (Find(text) is not { } id)
            {
                await call.Output.OutAsync($"Spool data file for {text} does not exist\n", cancel);
                status = ExitCode.Failure;
            }
            else if (!await SayAsync(call, text, await act(id, NameOf(call.Caller), cancel), cancel)) status = ExitCode.Failure;
            if (after.Length > 0) await call.Output.OutAsync(after, cancel);
        }
        return status;
    });

    /// <summary>The first argument is the message, the others are addresses.</summary>
    AdminCommand ForOne(string name, string doing, Func<MessageId, IReadOnlyList<MailAddress>, string, CancellationToken, ValueTask<EditAnswer>> act) => new(name, true, async (call, cancel) =>
    {
        var text = call.Request.Arguments is [var first, ..] ? first : "";
        if (Find(text) is not { } id)
        {
            await call.Output.OutAsync($"Spool data file for {text} does not exist\n", cancel);
            return ExitCode.Failure;
        }
        var answer = Addresses(call.Request.Arguments, nullAllowed: name == "edit-sender", out var addresses) is { } wrong
            ? EditAnswer.Not($"- error while {doing}:{wrong}") : await act(id, addresses, NameOf(call.Caller), cancel);
        return await SayAsync(call, text, answer, cancel) ? ExitCode.Ok : ExitCode.Failure;
    });

    /// <summary>What is wrong with them, as Exim puts it; null when nothing is.</summary>
    static string? Addresses(IReadOnlyList<string> arguments, bool nullAllowed, out List<MailAddress> addresses)
    {
        addresses = [];
        foreach (var text in arguments.Skip(1))
        {
            if (text == "<>" && nullAllowed) addresses.Add(MailAddress.Null);
            else if (text == "<>") return "\n  bad address <>: missing or malformed local part";
            else if (!AddressParser.TryParseOne(text, AddressRules.Default, out var parsed, out var error)) return $"\n  bad address {text}: {error}";
            else if (!parsed.Address.IsQualified) return $"\n  bad address {text}: domain missing";
            else addresses.Add(parsed.Address);
        }
        return addresses.Count == 0 ? " no address given" : null;
    }

    /// <summary>Exim goes on to remove what may be left of a message that it does not find.</summary>
    async ValueTask<int> RemoveAsync(AdminCall call, CancellationToken cancel)
    {
        var status = ExitCode.Ok;
        foreach (var text in call.Request.Arguments)
        {
            if (Find(text) is not { } id)
            {
                await call.Output.OutAsync($"Spool data file for {text} does not exist\nContinuing, to ensure all files removed\nSpool read error for {text}-H: No such file or directory\n"
                    + $"Continuing to ensure all files removed\nMessage {text} has been removed or did not exist\n", cancel);
                status = ExitCode.Failure;
            }
            else if (!await SayAsync(call, text, await services.Queue.RemoveAsync(id, NameOf(call.Caller), cancel), cancel)) status = ExitCode.Failure;
        }
        return status;
    }

    MessageId? Find(string text) => MessageId.TryParse(text, out var id) && services.Spool.Find(id) is not null ? id : null;

    /// <summary>Who did it, for the log.</summary>
    public static string NameOf(Caller caller) => Users.ByUid(caller.Uid)?.Name ?? caller.Uid.ToString(System.Globalization.CultureInfo.InvariantCulture);

    static async ValueTask<bool> SayAsync(AdminCall call, string text, EditAnswer answer, CancellationToken cancel)
    {
        if (answer.Text.Length > 0) await call.Output.OutAsync($"Message {text} {answer.Text}\n", cancel);
        return answer.IsDone;
    }
}
