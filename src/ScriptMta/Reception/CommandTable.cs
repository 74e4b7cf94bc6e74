using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>Carries out one command; Argument is what follows the verb, without leading white space.</summary>
delegate ValueTask<SessionStep> CommandHandler(SmtpSession session, string argument, CancellationToken cancel);

/// <summary>One command: in which states it is legal, what is answered elsewhere (null: legal everywhere), and whether it counts against smtp_accept_max_nonmail.</summary>
sealed record CommandRow(string Verb, SessionState Legal, Func<SmtpSession, Reply>? Elsewhere, SyncRule Sync, bool IsMail, CommandHandler Handler)
{
    /// <summary>The verb as logs and $smtp_command_history show it.</summary>
    public string Name { get; } = Verb.Split(' ')[0];
    /// <summary>Where any argument is an error.</summary>
    public bool TakesNoArgument { get; init; }
    /// <summary>True = of LMTP only (RFC 2033 4.1), false = of SMTP only.</summary>
    public bool? IsOfLmtp { get; init; }
}

/// <summary>The state table of the server: everything it knows on one screen.</summary>
static class CommandTable
{
    const SessionState Any = SessionState.Any, Greeted = SessionState.Greeted, Sender = SessionState.HasSender, Rcpt = SessionState.HasRecipients;
    const bool Mail = true, Other = false;

    static readonly CommandRow[] Rows =
    [
        //  verb           legal in                          elsewhere                 next command may follow    counts   does
        new("MAIL FROM:",  Greeted,                          BeforeMail,               SyncRule.UnlessPipelining, Mail,    MailCommand.Run),
        new("RCPT TO:",    Sender | Rcpt,                    BeforeRcpt,               SyncRule.UnlessPipelining, Mail,    RcptCommand.Run),
        new("DATA",        Rcpt,                             BeforeData,               SyncRule.Always,           Mail,    DataCommand.Run) { TakesNoArgument = true },
        new("EHLO",        Any,                              null,                     SyncRule.Always,           Other,   HelloCommand.Ehlo) { IsOfLmtp = false },
        new("HELO",        Any,                              null,                     SyncRule.Always,           Other,   HelloCommand.Helo) { IsOfLmtp = false },
        new("LHLO",        Any,                              null,                     SyncRule.Always,           Other,   HelloCommand.Lhlo) { IsOfLmtp = true },
        new("RSET",        Any,                              null,                     SyncRule.UnlessPipelining, Other,   SmallCommands.Rset) { TakesNoArgument = true },
        new("NOOP",        Any,                              null,                     SyncRule.Always,           Other,   SmallCommands.Noop),
        new("QUIT",        Any,                              null,                     SyncRule.Never,            Mail,    SmallCommands.Quit) { TakesNoArgument = true },
        new("VRFY",        Any,                              null,                     SyncRule.Always,           Other,   VrfyCommand.Run),
        new("HELP",        Any,                              null,                     SyncRule.Never,            Other,   HelpCommand.Run),
        new("EXPN",        Any,                              null,                     SyncRule.Always,           Other,   ExpnCommand.Run),
        new("ETRN",        Any,                              null,                     SyncRule.Always,           Other,   EtrnCommand.Run),
        new("STARTTLS",    Any,                              null,                     SyncRule.Always,           Other,   StartTlsCommand.Run) { TakesNoArgument = true },
        new("AUTH",        Any,                              null,                     SyncRule.Always,           Other,   AuthCommand.Run),
        new("BDAT",        Any,                              null,                     SyncRule.Never,            Mail,    BdatCommand.Run),
        new("XCLIENT",     SessionState.Connected | Greeted, InTransaction,            SyncRule.Always,           Other,   XclientCommand.Run),
    ];

    static Reply InTransaction(SmtpSession s) => Replies.InTransaction;
    static Reply BeforeMail(SmtpSession s) => s.State == SessionState.Connected ? (s.IsLmtp ? Replies.LhloRequired : Replies.HeloRequired) : Replies.SenderAlreadyGiven;
    static Reply BeforeRcpt(SmtpSession s)
    {
        s.Transaction.NoteRefusal(Replies.SenderNotGiven.ToString());
        return Replies.SenderNotGiven;
    }

    static Reply BeforeData(SmtpSession s) => s.Transaction.WhyNoRecipients("DATA", s.FollowsRcpt);

    /// <summary>Verbs in any case; a verb without a colon ends at a space, as in Exim. Null = unrecognized.</summary>
    public static CommandRow? Find(string line, out string argument)
    {
        foreach (var row in Rows)
        {
            if (!line.StartsWith(row.Verb, StringComparison.OrdinalIgnoreCase)) continue;
            var length = row.Verb.Length;
            if (row.Verb[^1] != ':' && length < line.Length && line[length] != ' ') continue;
            argument = line.AsSpan(length).Trim(" \t").ToString();
            return row;
        }
        argument = "";
        return null;
    }
}
