namespace ScriptMta.Lookups;

/// <summary>Result codes of RFC 4511 appendix A, with the names that OpenLDAP gives them.</summary>
static class LdapResultCode
{
    public const int Success = 0, SizeLimitExceeded = 4, Referral = 10, InvalidCredentials = 49, FilterError = -7;

    static readonly Dictionary<int, string> Texts = new()
    {
        [1] = "Operations error", [2] = "Protocol error", [3] = "Time limit exceeded", [4] = "Size limit exceeded", [7] = "Authentication method not supported",
        [8] = "Strong(er) authentication required", [9] = "Partial results and referral received", [10] = "Referral", [11] = "Administrative limit exceeded",
        [12] = "Critical extension is unavailable", [13] = "Confidentiality required", [14] = "SASL bind in progress", [16] = "No such attribute", [17] = "Undefined attribute type",
        [18] = "Inappropriate matching", [19] = "Constraint violation", [20] = "Type or value exists", [21] = "Invalid syntax", [32] = "No such object", [33] = "Alias problem",
        [34] = "Invalid DN syntax", [35] = "Entry is a leaf", [36] = "Alias dereferencing problem", [47] = "Proxy Authorization Failure", [48] = "Inappropriate authentication",
        [49] = "Invalid credentials", [50] = "Insufficient access", [51] = "Server is busy", [52] = "Server is unavailable", [53] = "Server is unwilling to perform",
        [54] = "Loop detected", [80] = "Other (e.g., implementation specific) error", [-7] = "Bad search filter",
    };

    public static string Text(int code) => Texts.GetValueOrDefault(code, "Unknown error");

    /// <summary>The base is not there or is none: nothing is found.</summary>
    public static bool IsAboutName(int code) => code is >= 32 and <= 36;
}
