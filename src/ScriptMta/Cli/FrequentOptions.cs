namespace ScriptMta.Cli;

/// <summary>
/// The options that programs give to sendmail with each message: rows of <see cref="SendmailOptions"/> that are looked at first, each as a whole argument, so that the whole table, which takes as long
/// to make as the rest of such a command, is not made for them.
/// </summary>
static class FrequentOptions
{
    public static readonly SendmailOption[] Rows =
    [
        new("-i", ValueStyle.None, static (i, _) => i.DotIsData = true),
        new("-oi", ValueStyle.None, static (i, _) => i.DotIsData = true),
        new("-t", ValueStyle.None, static (i, _) => i.ExtractRecipients = true),
        new("-f", ValueStyle.AttachedOrNext, static (i, address) => i.Sender = address),
        new("-F", ValueStyle.AttachedOrNext, static (i, name) => i.FullName = name),
        new("-C", ValueStyle.AttachedOrNext, static (i, file) => i.ConfigFile = file),
    ];

    /// <summary>No row can be longer than the whole argument, so one that is equal is the one to take.</summary>
    public static SendmailOption? Find(string argument)
    {
        foreach (var row in Rows)
            if (row.Text == argument) return row;
        return null;
    }
}
