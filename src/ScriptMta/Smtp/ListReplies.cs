namespace ScriptMta.Smtp;

/// <summary>The answers to EXPN and ETRN, in Exim's words.</summary>
static class ListReplies
{
    public static Reply Expansion(IEnumerable<string> targets) => new(250, "2.1.5", string.Join('\n', targets.Select(t => $"<{t}>")));
    public static Reply Discarded(string address) => new(250, "2.1.5", $"mail to <{address}> is discarded");
    public static Reply Undeliverable(string address) => new(553, "5.1.1", $"{address} is undeliverable");
    public static Reply CannotBeResolved(string address) => new(553, "5.4.4", $"{address} cannot be resolved at this time");

    public static readonly Reply EtrnInTransaction = new(503, "5.5.1", "ETRN is not permitted inside a transaction");
    public static readonly Reply EtrnNeedsHash = new(501, "5.5.4", "argument must begin with #");
    public static readonly Reply EtrnFailed = new(458, "4.3.0", "Internal failure");
    public static Reply EtrnBusy(string argument) => new(458, "4.3.2", $"Already processing {argument}");
}
