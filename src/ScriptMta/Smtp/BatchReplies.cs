namespace ScriptMta.Smtp;

/// <summary>What is wrong with a batch (-bS), in Exim's words, which are not those of a session.</summary>
static class BatchReplies
{
    public static readonly Reply Unrecognized = new(500, "", "Command unrecognized");
    public static readonly Reply UnexpectedArgument = new(501, "", "Unexpected argument data");
    public static readonly Reply SenderAlreadyGiven = new(503, "", "Sender already given");
    public static readonly Reply NoSender = new(503, "", "No sender yet given");
    public static readonly Reply NoSenderForData = new(503, "", "MAIL FROM:<sender> command must precede DATA");
    public static readonly Reply NoRecipients = new(503, "", "RCPT TO:<recipient> must precede DATA");
    public static readonly Reply MailNeedsAddress = new(501, "", "MAIL FROM must have an address operand");
    public static readonly Reply RcptNeedsAddress = new(501, "", "RCPT TO must have an address operand");
    public static Reply BadAddress(string error) => new(501, "", error);
}
