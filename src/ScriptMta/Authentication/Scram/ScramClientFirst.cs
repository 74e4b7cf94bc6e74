namespace ScriptMta.Authentication;

/// <summary>client-first-message (RFC 5802 7). Binding is the flag: "n", "y", or the name after "p=". Header is the GS2 header as sent, Bare the rest.</summary>
readonly record struct ScramClientFirst(string Header, string Bare, string Binding, bool Binds, string Authorization, string User, string Nonce)
{
    public static bool TryParse(string text, out ScramClientFirst message)
    {
        message = default;
        if (!Gs2Header.TryParse(text, out var header)) return false;
        var bare = text[header.Text.Length..];
        var parts = bare.Split(',');
        // "m=" asks for an extension that must be understood; there is none.
        if (parts.Length < 2 || !parts[0].StartsWith("n=", StringComparison.Ordinal) || !parts[1].StartsWith("r=", StringComparison.Ordinal)) return false;
        if (!SaslName.TryDecode(parts[0][2..], out var user) || user.Length == 0 || !IsNonce(parts[1][2..])) return false;
        message = new(header.Text, bare, header.Binding, header.Binds, header.Authorization, user, parts[1][2..]);
        return true;
    }

    static bool IsNonce(string text) => text.Length > 0 && text.All(c => c is >= '!' and <= '~' and not ',');
}
