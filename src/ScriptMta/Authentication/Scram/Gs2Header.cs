namespace ScriptMta.Authentication;

/// <summary>What SCRAM (RFC 5802 7) and OAUTHBEARER (RFC 7628 3.1) begin with: "n,," or "y,a=name," or "p=binding,,".</summary>
readonly record struct Gs2Header(string Text, string Binding, bool Binds, string Authorization)
{
    public static bool TryParse(string message, out Gs2Header header)
    {
        header = default;
        var flagEnd = message.IndexOf(',', StringComparison.Ordinal);
        var end = flagEnd < 0 ? -1 : message.IndexOf(',', flagEnd + 1);
        if (end < 0) return false;
        var (flag, name) = (message[..flagEnd], message[(flagEnd + 1)..end]);
        var binds = flag.StartsWith("p=", StringComparison.Ordinal);
        if (!(binds && flag.Length > 2) && flag is not ("n" or "y")) return false;
        var authorization = "";
        if (name.Length > 0 && !(name.StartsWith("a=", StringComparison.Ordinal) && SaslName.TryDecode(name[2..], out authorization) && authorization.Length > 0)) return false;
        header = new(message[..(end + 1)], binds ? flag[2..] : flag, binds, authorization);
        return true;
    }
}
