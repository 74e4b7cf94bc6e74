using System.Text.RegularExpressions;

namespace ScriptMta.Queue;

/// <summary>The SMTP reply code in the text of a deferral ("… after RCPT TO:&lt;a@b&gt;: 451 4.7.1 try later"); null where there is none.</summary>
static partial class ReplyCode
{
    public static string? In(string text) => Pattern().Match(text) is { Success: true } found ? found.Groups[1].Value : null;

    [GeneratedRegex(@"(?:^|[\s:])([45][0-9]{2})(?=[ \-]|$)", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex Pattern();
}
