namespace ScriptMta.Smtp;

/// <summary>Every text that the server says, in Exim's words where Exim has them. Enhanced codes: RFC 2034, RFC 3463.</summary>
static class Replies
{
    public static readonly Reply Ok = new(250, "2.0.0", "OK");
    public static readonly Reply SenderOk = new(250, "2.1.0", "OK");
    public static readonly Reply RecipientOk = new(250, "2.1.5", "Accepted");
    public static readonly Reply ResetOk = new(250, "2.0.0", "Reset OK");
    public static readonly Reply StartData = new(354, "", "Enter message, ending with \".\" on a line by itself");
    public static readonly Reply Discarded = new(250, "2.0.0", "OK");

    public static readonly Reply Unrecognized = new(500, "5.5.1", "unrecognized command");
    public static readonly Reply TooManyUnrecognized = new(500, "5.5.1", "Too many unrecognized commands");
    public static readonly Reply TooManySyntaxErrors = new(501, "5.5.0", "Too many syntax or protocol errors");
    public static readonly Reply TooManyNonmail = new(554, "5.5.0", "Too many nonmail commands");
    public static readonly Reply LineTooLong = new(500, "5.5.6", "command line too long");
    public static readonly Reply BadLineEnd = new(500, "5.5.2", "command holds a NUL, or a CR or LF that is not part of CRLF");
    public static readonly Reply UnexpectedArgument = new(501, "5.5.4", "unexpected argument data");
    public static readonly Reply NotPipelined = new(554, "5.5.0", "SMTP synchronization error");

    public static readonly Reply HeloRequired = new(503, "5.5.1", "HELO or EHLO required");
    public static readonly Reply LhloRequired = new(503, "5.5.1", "LHLO required");
    public static readonly Reply SenderNotGiven = new(503, "5.5.1", "sender not yet given");
    public static readonly Reply SenderAlreadyGiven = new(503, "5.5.1", "sender already given");
    public static readonly Reply StartTlsNotAdvertised = new(503, "5.5.1", "STARTTLS command used when not advertised");

    public static readonly Reply MailNeedsAddress = new(501, "5.5.4", "MAIL must have an address operand");
    public static readonly Reply RcptNeedsAddress = new(501, "5.5.4", "RCPT must have an address operand");
    public static readonly Reply SmtpUtf8NotAdvertised = new(501, "5.5.4", "SMTPUTF8 used when not advertised");
    public static readonly Reply BadBody = new(501, "5.5.4", "invalid data for BODY");
    public static readonly Reply EmptyAddress = new(501, "5.5.4", "empty address");
    public static readonly Reply SizeExceeded = new(552, "5.3.4", "Message size exceeds maximum permitted");
    public static readonly Reply NoSpace = new(452, "4.3.1", "Space shortage, please try later");
    public static readonly Reply TooManyRecipientsNow = new(452, "4.5.3", "too many recipients");
    public static readonly Reply TooManyRecipients = new(552, "5.5.3", "too many recipients");
    public static readonly Reply TooManyMessages = new(421, "4.7.0", "too many messages in this connection");

    public static readonly Reply Denied = new(550, "5.7.1", "Administrative prohibition");
    public static readonly Reply OnwardNotAccepted = new(450, "4.4.0", "Onward transmission not accepted");
    public static readonly Reply Deferred = new(451, "4.7.1", "Temporary local problem - please try later");
    public static readonly Reply EtrnDenied = new(458, "4.7.1", "Administrative prohibition");
    public static readonly Reply CannotVerify = new(252, "2.5.0", "Administrative prohibition");
    public static readonly Reply ConnectionDenied = new(554, "5.7.1", "SMTP service not available");
    public static readonly Reply LocalProblem = new(451, "4.3.0", "Temporary local problem - please try later");

    public static readonly Reply BadMessageLineEnds = new(550, "5.6.0", "message holds a CR or LF that is not part of CRLF (RFC 5321 2.3.8)");
    public static readonly Reply HeaderTooLong = new(552, "5.3.4", "Message header is ridiculously long");
    public static readonly Reply HeaderLineTooLong = new(552, "5.3.4", "A message header line is too long");
    public static readonly Reply MessageTooBig = new(552, "5.3.4", "Message size exceeds maximum permitted");
    public static readonly Reply TooManyReceived = new(550, "5.4.6", "Too many \"Received\" headers - suspected mail loop");
    public static readonly Reply SpoolFull = new(452, "4.3.1", "space shortage, please try later");
    public static readonly Reply SpoolFailed = new(451, "4.3.0", "Temporary local problem - please try later");

    public static readonly Reply TooManyConnections = new(421, "4.7.0", "Too many concurrent SMTP connections; please try again later.");
    public static readonly Reply TooManyFromHost = new(421, "4.7.0", "Too many concurrent SMTP connections from this IP address; please try again later.");

    public static readonly Reply TooLoaded = new(421, "4.7.0", "Too much load; please try again later.");

    public static readonly Reply FakeReject = new(550, "5.7.1", "Your message has been rejected but is being kept for evaluation.\nIf it was a legitimate message, it may still be delivered to the target\nrecipient(s).");
    public static readonly Reply FakeDefer = new(450, "4.7.1", "Your message has been rejected but is being kept for evaluation.\nIf it was a legitimate message, it may still be delivered to the target\nrecipient(s).");

    public static readonly Reply ProxyFailed = new(503, "5.5.1", "Command refused, required Proxy negotiation failed");
    public static readonly Reply InTransaction = new(503, "5.5.1", "mail transaction in progress");
    public static readonly Reply XclientDenied = new(550, "5.7.0", "insufficient authorization");
    public static readonly Reply XclientNeedsAttributes = new(501, "5.5.4", "XCLIENT must have attribute=value operands");

    public static Reply XclientUnknown(string word) => new(501, "5.5.4", $"unknown XCLIENT attribute: {word}");
    public static Reply XclientBadValue(string word) => new(501, "5.5.4", $"invalid XCLIENT value: {word}");
    public static Reply Banner(string text) => new(220, "", text);
    public static Reply Hello(string text) => new(250, "", text);
    public static Reply Accepted(string id) => new(250, "2.0.0", "OK id=" + id);
    public static Reply Closing(string host) => new(221, "2.0.0", host + " closing connection");
    public static Reply CommandTimeout(string host) => new(421, "4.4.2", host + ": SMTP command timeout - closing connection");
    public static Reply DataTimeout(string host) => new(421, "4.4.2", host + ": SMTP incoming data timeout - message abandoned");
    public static Reply Stopping(string host) => new(421, "4.3.2", host + ": SIGTERM received - closing connection");
    public static readonly Reply LostData = new(421, "4.4.2", "Lost incoming connection");
    public static Reply TooManyReserved(string host) => new(421, "4.7.0", host + ": Too many concurrent SMTP connections; please try again later");
    public static Reply TooMuchLoad(string host) => new(421, "4.7.0", host + ": Too much load; please try again later");
    public static Reply LostInput(string host) => new(421, "4.4.2", host + " lost input connection");
    public static Reply HeloMismatch(string verb) => new(550, "5.7.1", verb + " argument does not match calling host");
    public static Reply HeloMismatchNow(string verb) => new(451, "4.7.1", verb + " argument does not match calling host");
    public static Reply BadHelo(string verb) => new(501, "", $"Syntactically invalid {verb} argument(s)");
    public static Reply BadAddress(string error) => new(501, "5.1.3", error);
    public static Reply BadAddress(string argument, string error) => new(501, "5.1.3", $"{argument}: {error}");
    public static Reply UnqualifiedSender(string argument) => new(501, "5.1.7", $"{argument}: sender address must contain a domain");
    public static Reply UnqualifiedRecipient(string argument) => new(501, "5.1.3", $"{argument}: recipient address must contain a domain");
    public static Reply Deliverable(string address) => new(250, "2.1.5", $"<{address}> is deliverable");
    public static Reply Undeliverable(string address, string why) => new(550, "5.1.1", $"<{address}> {why}");
    public static Reply Later(string address, string why) => new(451, "4.4.3", $"<{address}> {why}");
    public static Reply CannotResolve(string address) => new(451, "4.4.3", $"Cannot resolve <{address}> at this time");
    public static Reply Help(string verbs) => new(214, "2.0.0", "Commands supported:\n" + verbs);
    /// <param name="isExpected">The client could not know.</param>
    /// <param name="error">What every RCPT was answered; null where there was none, or not the same to all.</param>
    public static Reply NoRecipients(string verb, bool isExpected, string? error) =>
        new(503, "5.5.1", $"{(error is null ? "" : $"All RCPT commands were rejected with this error:\n{error}\n")}{(isExpected ? 'V' : 'v')}alid RCPT command must precede {verb}");
}
