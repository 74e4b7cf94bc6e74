namespace ScriptMta.Smtp;

/// <summary>What is wrong with the parameters of RFC 3461, in Exim's words.</summary>
static class DsnReplies
{
    public static readonly Reply RetTwice = Bad("RET can be specified once only");
    public static readonly Reply BadRet = Bad("Value for RET is invalid");
    public static readonly Reply EnvIdTwice = Bad("ENVID can be specified once only");
    public static readonly Reply NotifyTwice = Bad("NOTIFY can be specified once only");
    public static readonly Reply BadNotify = Bad("Invalid value for NOTIFY parameter");
    public static readonly Reply OrcptTwice = Bad("ORCPT can be specified once only");

    static Reply Bad(string text) => new(501, "5.5.4", text);
}
