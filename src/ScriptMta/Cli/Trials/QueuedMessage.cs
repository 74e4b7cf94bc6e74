using ScriptMta.Admin;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Hosting;
using ScriptMta.Mail;

namespace ScriptMta.Cli;

/// <summary>-Mset: a message of the queue for -be, got from whoever owns the spool as -Mvh and -Mvb get it.</summary>
static class QueuedMessage
{
    const string SenderLine = "sender <", RecipientLine = "recipient <";

    /// <summary>A message that is not there is reported, and the templates are expanded without it, as Exim does.</summary>
    public static void Fill(ExpansionContext context, SiteRequest site, string id)
    {
        if (Ask(site, "show-headers", id) is not { } headers || Ask(site, "show-body", id) is not { } body)
        {
            Terminal.Out($"Failed to load message {id}\n");
            return;
        }
        var end = headers.IndexOf("\n\n", StringComparison.Ordinal);
        var envelope = headers[..end].Split('\n');
        var sender = envelope.First(line => line.StartsWith(SenderLine, StringComparison.Ordinal))[SenderLine.Length..^1];
        new MessageFile($"{headers[(end + 2)..]}\n{body}", sender.Length == 0 ? "<>" : sender).Fill(context);
        var message = context.Message;
        if (MessageId.TryParse(id, out var parsed)) message.Id = parsed;
        foreach (var line in envelope.Where(l => l.StartsWith(RecipientLine, StringComparison.Ordinal))) message.Recipients.Add(MailAddress.Split(line[RecipientLine.Length..^1]));
        message.RcptCount = message.Recipients.Count;
        foreach (var fact in envelope.Where(l => l.StartsWith("acl_", StringComparison.Ordinal))) SetVariable(context, fact.Split(" = ", 2));
    }

    static void SetVariable(ExpansionContext context, string[] fact)
    {
        // The first character of a kept value says whether it is clean.
        var variables = fact[0][4] == 'c' ? context.Connection.AclVariables : context.Message.AclVariables;
        variables[fact[0][5..]] = fact[1].StartsWith('+') ? Value.Clean(fact[1][1..]) : Value.Tainted(fact[1][Math.Min(1, fact[1].Length)..]);
    }

    /// <summary>Null when the owner of the spool refuses; what it says has then gone to standard error.</summary>
    static string? Ask(SiteRequest site, string command, string id)
    {
        using var answer = new MemoryStream();
        var request = new AdminRequest(command, [id], new Dictionary<string, string>());
        return OwnerCall.Run(site, asExim: true, request, new StandardOutput(answer, Terminal.ErrorStream)) == ExitCode.Ok ? Latin1.Decode(answer.ToArray()) : null;
    }
}
