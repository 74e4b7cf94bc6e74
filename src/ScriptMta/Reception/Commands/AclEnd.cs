using ScriptMta.Acl;

namespace ScriptMta.Reception;

/// <summary>Whether the session goes on after a refusal: `drop` ends it (Exim 44.18).</summary>
static class AclEnd
{
    public static SessionStep Of(SmtpSession session, AclVerdict verdict)
    {
        if (verdict.Kind != AclVerdictKind.Drop) return SessionStep.Continue;
        session.ConnectionLog.Closed("by DROP in ACL");
        session.EndReason = "acl-drop";
        return SessionStep.Close;
    }
}
