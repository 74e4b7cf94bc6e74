using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>ETRN (RFC 1985; Exim 49.8): smtp_etrn_command is started, or without one "#text" starts a queue run over the recipients that hold the text. Nobody waits for its end.</summary>
static class EtrnCommand
{
    public static async ValueTask<SessionStep> Run(SmtpSession session, string argument, CancellationToken cancel)
    {
        if (session.State is SessionState.HasSender or SessionState.HasRecipients) return session.Limits.ProtocolError(ListReplies.EtrnInTransaction);
        session.Log.Etrn(argument);
        var verdict = await session.RunAclAsync(AclWhere.Etrn, cancel).ConfigureAwait(false);
        if (!verdict.IsAccept)
        {
            session.Replies.Write(AclReplies.Refuse(session, AclWhere.Etrn, argument, verdict));
            return AclEnd.Of(session, verdict);
        }
        if (session.Rules.Options.EtrnCommand is null && !argument.StartsWith('#')) return session.Limits.SyntaxError(ListReplies.EtrnNeedsHash);
        session.Replies.Write(Start(session, argument));
        return SessionStep.Continue;
    }

    static Reply Start(SmtpSession session, string argument)
    {
        var (options, runs) = (session.Rules.Options, session.Services.Etrn);
        var key = options.EtrnSerialize ? argument : null;
        if (options.EtrnCommand is not { } command) return session.Trial is not null || runs.TryRunQueue(key, argument[1..]) ? Replies.Ok : ListReplies.EtrnBusy(argument);
        if (Words(session, command, argument) is not { Count: > 0 } words) return ListReplies.EtrnFailed;
        // A dry run starts nothing.
        return session.Trial is not null || runs.TryRunProgram(key, words, session.Rules.Environment) ? Replies.Ok : ListReplies.EtrnBusy(argument);
    }

    /// <summary>Null where the command cannot be made; the logs say why. What the client wrote is never a part of it as it stands.</summary>
    static List<string>? Words(SmtpSession session, Template command, string argument)
    {
        var words = new List<string>();
        session.Context.Address = new() { Domain = argument };
        foreach (var word in CommandWords.Split(command.Source))
        {
            var expanded = Template.Parse(word, command.At).Expand(session.Context);
            if (expanded.IsOk && !(expanded.Value.IsTainted && expanded.Text.Length > 0)) { if (expanded.Text.Length > 0) words.Add(expanded.Text); continue; }
            session.Log.EtrnFailed(expanded.IsOk ? $"Tainted arg {words.Count} for ETRN processing command: '{expanded.Text}'" : expanded.Error);
            words.Clear();
            break;
        }
        session.Context.Address = new();
        return words.Count > 0 ? words : null;
    }
}
