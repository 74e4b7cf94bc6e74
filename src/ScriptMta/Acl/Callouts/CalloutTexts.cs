namespace ScriptMta.Acl;

/// <summary>What peer and log are told of callouts, in Exim's words.</summary>
static class CalloutTexts
{
    const string NullRefused = """
        The initial connection, or a HELO or MAIL FROM:<> command was
        rejected. Refusing MAIL FROM:<> does not help fight spam, disregards
        RFC requirements, and stops you from receiving standard bounce
        messages. This host does not accept mail from domains whose servers
        refuse bounces.
        """;

    const string PostmasterRefused = """
        Several RFCs state that you are required to have a postmaster
        mailbox for each mail domain. This host does not accept mail
        from domains whose servers reject the postmaster address.
        """;

    const string Unreachable = """
        The mail server(s) for the domain may be temporarily unreachable, or
        they may be permanently unreachable from this server. In the latter case,

        """;

    const string TalkToAdministrator = """
        you need to change the address or create an MX record for its domain
        if it is supposed to be generally accessible from the Internet.
        Talk to your mail administrator for details.
        """;

    public const string CachedAddress = "Previous (cached) callout verification failure";
    public const string CachedDomain = "(result of an earlier callout reused).";
    public const string CachedPostmaster = "(result of earlier verification reused).";

    /// <summary>The line of a failed recipient verification.</summary>
    public static string Recipient(CalloutOutcome.Failed failed) => failed.Cached.Length > 0 ? failed.Cached : $"Callout verification failed:\n{failed.Response}";

    /// <summary>The lines that come before the refusal of a sender (Exim 44.50).</summary>
    public static string Sender(string address, CalloutOutcome.Failed failed)
    {
        var details = failed.Cached.Length > 0 ? failed.Cached : $"Called:   {failed.Called}\nSent:     {failed.Sent}\nResponse: {failed.Response}";
        return failed.NullRefused ? $"Callback setup failed while verifying <{address}>\n{details}\n{NullRefused}"
            : failed.Stage == CalloutStage.Postmaster ? $"Postmaster verification failed while checking <{address}>\n{details}\n{PostmasterRefused}"
            : $"Verification failed for <{address}>\n{details}";
    }

    public static string Incomplete(bool isRecipient) => $"Could not complete {(isRecipient ? "recipient" : "sender")} verify callout";

    /// <summary>What smtp_return_error_details adds for the peer.</summary>
    public static string IncompleteDetails(bool isRecipient, string address) =>
        $"{Incomplete(isRecipient)} for <{address}>.\n{Unreachable}{(isRecipient ? "the address will never be accepted." : TalkToAdministrator)}";

    /// <summary>The value of $sender_verify_failure or $recipient_verify_failure; Exim sets none for a refusal before MAIL.</summary>
    public static string? Word(CalloutStage stage) => stage switch
    {
        CalloutStage.Mail => "mail", CalloutStage.Recipient => "recipient", CalloutStage.Postmaster => "postmaster", _ => null,
    };
}
