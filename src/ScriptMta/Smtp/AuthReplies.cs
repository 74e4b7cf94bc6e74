namespace ScriptMta.Smtp;

/// <summary>What AUTH is answered (RFC 4954 6), in Exim's words.</summary>
static class AuthReplies
{
    public static readonly Reply NotAdvertised = new(503, "5.5.1", "AUTH command used when not advertised");
    public static readonly Reply AlreadyAuthenticated = new(503, "5.5.1", "already authenticated");
    public static readonly Reply InTransaction = new(503, "5.5.1", "not permitted in mail transaction");
    public static readonly Reply Denied = new(503, "5.7.1", "Administrative prohibition");
    public static readonly Reply Succeeded = new(235, "2.7.0", "Authentication succeeded");
    public static readonly Reply Wrong = new(535, "5.7.8", "Incorrect authentication data");
    public static readonly Reply BadBase64 = new(501, "5.5.2", "Invalid base64 data");
    public static readonly Reply Cancelled = new(501, "5.7.0", "Authentication cancelled");
    public static readonly Reply Unexpected = new(553, "5.7.0", "Initial data not expected");
    /// <summary>RFC 4954 4 and 6.</summary>
    public static readonly Reply TooLong = new(500, "5.5.6", "Authentication Exchange line is too long");
    public static readonly Reply BadMailParameter = new(501, "5.5.4", "invalid data for AUTH");

    public static Reply Unsupported(string mechanism) => new(504, "5.5.4", $"{mechanism} authentication mechanism not supported");
    public static Reply Challenge(string base64) => new(334, "", base64);
    public static Reply NotNow(string why) => new(435, "4.7.0", $"Unable to authenticate at present{(why.Length > 0 ? ": " + why : "")}");
}
