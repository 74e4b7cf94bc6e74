namespace ScriptMta.Smtp;

/// <summary>What the server says to BDAT (RFC 3030), and to other commands between two chunks, in Exim's words.</summary>
static class ChunkReplies
{
    public static readonly Reply NotAdvertised = new(503, "5.5.1", "BDAT command used when CHUNKING not advertised");
    public static readonly Reply NoSize = new(501, "5.5.4", "missing size for BDAT command");
    public static readonly Reply ZeroSize = new(504, "5.5.4", "zero size for BDAT command");
    public static readonly Reply OnlyBdat = new(503, "5.5.1", "only BDAT permissible after non-LAST BDAT");
    public static readonly Reply OnlyReset = new(503, "5.5.1", "only RSET accepted now");
    public static readonly Reply BadHeaderLineEnd = new(552, "5.6.0", "Message header not CRLF terminated");

    public static Reply Received(long size) => new(250, "2.0.0", $"{size} byte chunk received");

    /// <param name="total">The message so far, with CRLF line ends.</param>
    public static Reply Accepted(long size, long total, string id) => new(250, "2.0.0", $" {size} byte chunk, total {total}\nOK id={id}");
}
