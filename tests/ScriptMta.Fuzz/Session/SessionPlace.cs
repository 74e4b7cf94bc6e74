namespace ScriptMta.Fuzz;

/// <summary>Where in a session the input begins: what the client has said before, correctly, and the reply codes that show that it stands there.</summary>
sealed record SessionPlace(string Name, string Before, string Expected, bool InTls = false)
{
    const string Hello = "EHLO client.example\r\n", Sender = Hello + "MAIL FROM:<a@b.example>\r\n", Recipient = Sender + "RCPT TO:<c@ok.example>\r\n";

    public static IReadOnlyList<SessionPlace> All { get; } =
    [
        new("connected", "", "220"),
        new("greeted", Hello, "220 250"),
        new("sender", Sender, "220 250 250"),
        new("recipient", Recipient, "220 250 250 250"),
        new("data", Recipient + "DATA\r\n", "220 250 250 250 354"),
        new("header", Recipient + "DATA\r\nSubject: x\r\n", "220 250 250 250 354"),
        new("body", Recipient + "DATA\r\nSubject: x\r\n\r\ntext\r\n", "220 250 250 250 354"),
        new("chunk", Recipient + "BDAT 40\r\n", "220 250 250 250"),
        new("between chunks", Recipient + "BDAT 12\r\nSubject: x\r\n", "220 250 250 250 250"),
        new("refused", Sender + "RCPT TO:<c@no.example>\r\n", "220 250 250 550"),
        new("answer to a prompt", Hello + "AUTH LOGIN\r\n", "220 250 334"),
        new("challenge", Hello + "AUTH CRAM-MD5\r\n", "220 250 334"),
        new("authenticated", Hello + "AUTH PLAIN AHVzZXIAc2VjcmV0\r\n", "220 250 235"),
        new("in TLS", "", "", InTls: true),
        new("message in TLS", Recipient + "DATA\r\n", "250 250 250 354", InTls: true),
    ];

    /// <summary>The input's first character chooses.</summary>
    public static SessionPlace Of(string input) => input.Length == 0 ? All[0] : All[input[0] % All.Count];
}
