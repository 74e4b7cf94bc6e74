namespace ScriptMta.EndToEnd;

/// <summary>What some server has taken for the end of a message, or may take for it, while it is none (RFC 5321 4.1.1.4 has CRLF.CRLF alone; CVE-2023-51764 to -51766).</summary>
static class Sequences
{
    public static readonly IReadOnlyList<string> All =
    [
        "\n.\n", "\n.\r\n", "\r.\r\n", "\r\n.\n", "\r\n.\r", "\r.\r", "\n.\r", "\r.\n", "\r\r\n.\r\r\n", "\n\n.\r\n", "\r\n.\0\r\n", "\r\n\0.\r\n", "\r\n.\r\0\n", "\n\0.\n", "\r\n. \r\n", "\r\n.\t\r\n", "\r\n..\r\n",
    ];

    public static string Sender(int number) => $"outer-{number}@sender.example";

    /// <summary>What would be a second message if the sequence ended the first. With its real end.</summary>
    public static string Message(int number, string domain) =>
        $"Subject: outer-{number}\r\n\r\nfirst{All[number]}MAIL FROM:<smuggled-{number}@sender.example>\r\nRCPT TO:<bob@{domain}>\r\nDATA\r\nSubject: smuggled-{number}\r\n\r\nsecond\r\n.\r\n";

    public static bool IsSmuggled(string sender) => sender.StartsWith("smuggled-", StringComparison.Ordinal);
}
