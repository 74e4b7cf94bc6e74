namespace ScriptMta.Authentication;

/// <summary>What a client answered to a challenge: decoded data (text of bytes), or null and the outcome that ends the attempt.</summary>
readonly record struct AuthAnswer(string? Data, AuthOutcome End)
{
    /// <summary>As the client may write it (RFC 4954 4): base64, or "*" to give up.</summary>
    public static AuthAnswer Of(string line)
    {
        if (line == "*") return new(null, new(AuthOutcomeKind.Cancelled));
        if (line.Length > AuthExchange.LongestLine) return new(null, new(AuthOutcomeKind.TooLong));
        return Base64Text.Decode(line) is { } data ? new(data, default) : new(null, new(AuthOutcomeKind.BadBase64));
    }

    public static AuthAnswer Ended(AuthOutcomeKind kind) => new(null, new(kind));
}
