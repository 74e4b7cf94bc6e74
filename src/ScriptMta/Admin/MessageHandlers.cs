using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Mail;
using ScriptMta.Queue;

namespace ScriptMta.Admin;

/// <summary>What administrators do to queued messages: each prints Exim's line per message and fails (status 1) for one that is not there.</summary>
sealed class MessageHandlers(AdminServices services)
{
    public IEnumerable<AdminCommand> Commands() =>
    [
        ForEach("freeze", (id, by, cancel) => services.Queue.FreezeAsync(id, by, cancel)),
        ForEach("thaw", (id, by, cancel) => services.Queue.ThawAsync(id, by, cancel)),
        ForEach("remove", (id, by, cancel) => services.Queue.RemoveAsync(id, by, cancel)),
        ForEach("give-up", (id, by, cancel) => services.Queue.GiveUpAsync(id, by, cancel)),
        ForEach("mark-all-delivered", (id, by, cancel) => services.Queue.MarkDeliveredAsync(id, null, by, cancel)),
        ForOne("add-recipients", (id, addresses, by, cancel) => services.Queue.AddRecipientsAsync(id, addresses, by, cancel)),
        ForOne("edit-sender", (id, addresses, by, cancel) => services.Queue.EditSenderAsync(id, addresses[0], by, cancel)),
        ForOne("mark-delivered", MarkDeliveredAsync),
    ];

    async ValueTask<EditAnswer> MarkDeliveredAsync(MessageId id, IReadOnlyList<MailAddress> addresses, string by, CancellationToken cancel)
    {
        var answer = EditAnswer.Not("- error while marking as delivered:\n  no address is given");
        foreach (var address in addresses)
            if (!(answer = await services.Queue.MarkDeliveredAsync(id, address, by, cancel)).IsDone) break;
        return answer;
    }

    AdminCommand ForEach(string name, Func<MessageId, string, CancellationToken, ValueTask<EditAnswer>> act) => new(name, true, async (call, cancel) =>
    {
        var status = ExitCode.Ok;
        foreach (var text in call.Request.Arguments)
            if (!await ActAsync(call, text, (id, by) => act(id, by, cancel), cancel)) status = ExitCode.Failure;
        return status;
    });

    /// <summary>The first argument is the message, the others are addresses.</summary>
    AdminCommand ForOne(string name, Func<MessageId, IReadOnlyList<MailAddress>, string, CancellationToken, ValueTask<EditAnswer>> act) => new(name, true, async (call, cancel) =>
    {
        if (call.Request.Arguments.Count < 2)
        {
            await call.Output.ErrorAsync($"scriptmta: {name} needs a message id and at least one address\n", cancel);
            return ExitCode.Usage;
        }
        var addresses = new List<MailAddress>();
        foreach (var text in call.Request.Arguments.Skip(1))
        {
            if (text == "<>") addresses.Add(MailAddress.Null);
            else if (AddressParser.TryParseOne(text, AddressRules.Default, out var parsed, out var error) && parsed.Address.IsQualified) addresses.Add(parsed.Address);
            else
            {
                await call.Output.ErrorAsync($"scriptmta: bad address {text}: {(error.Length == 0 ? "it needs a domain" : error)}\n", cancel);
                return ExitCode.DataError;
            }
        }
        return await ActAsync(call, call.Request.Arguments[0], (id, by) => act(id, addresses, by, cancel), cancel) ? ExitCode.Ok : ExitCode.Failure;
    });

    async ValueTask<bool> ActAsync(AdminCall call, string text, Func<MessageId, string, ValueTask<EditAnswer>> act, CancellationToken cancel)
    {
        if (!MessageId.TryParse(text, out var id))
        {
            await call.Output.ErrorAsync($"scriptmta: malformed message id {text}\n", cancel);
            return false;
        }
        if (services.Spool.Find(id) is null)
        {
            await call.Output.ErrorAsync($"Message {text} does not exist\n", cancel);
            return false;
        }
        var by = Users.ByUid(call.Caller.Uid)?.Name ?? call.Caller.Uid.ToString();
        var answer = await act(id, by);
        await call.Output.OutAsync($"Message {text} {answer.Text}\n", cancel);
        return answer.IsDone;
    }
}
