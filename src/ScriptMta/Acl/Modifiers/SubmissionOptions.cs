using ScriptMta.Common;

namespace ScriptMta.Acl;

/// <summary>What follows control = submission (Exim 48.1): /sender_retain, /domain=… and, last since it may hold slashes, /name=….</summary>
/// <param name="Domain">Of the sender's address; null = qualify_domain, empty = $authenticated_id is the whole address.</param>
sealed record SubmissionOptions(bool SenderRetain, string? Domain, string Name)
{
    /// <summary>Null when they are wrong.</summary>
    public static SubmissionOptions? Parse(string text)
    {
        var options = new SubmissionOptions(false, null, "");
        while (text.Length > 0)
        {
            if (text.StartsWith("/name=", StringComparison.Ordinal)) return options with { Name = text["/name=".Length..] };
            var end = text.IndexOf('/', 1);
            var option = end < 0 ? text : text[..end];
            text = end < 0 ? "" : text[end..];
            if (option == "/sender_retain") options = options with { SenderRetain = true };
            else if (option.StartsWith("/domain=", StringComparison.Ordinal)) options = options with { Domain = option["/domain=".Length..].TrimSpace() };
            else return null;
        }
        return options;
    }
}
