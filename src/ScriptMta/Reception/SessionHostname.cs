using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>The name and the greeting that the server goes by.</summary>
static class SessionHostname
{
    /// <summary>smtp_active_hostname, expanded at the start of the session; a failure gives the primary name.</summary>
    public static string Of(SmtpSession session)
    {
        var environment = session.Rules.Environment;
        if (session.Rules.Options.ActiveHostname is not { } template) return environment.PrimaryHostname;
        var name = template.Expand(session.Context);
        if (!name.IsOk) environment.Log.Panic(null, $"failed to expand smtp_active_hostname \"{template.Source}\": {name.Error}");
        if (!name.IsOk || name.Text.Length == 0) return environment.PrimaryHostname;
        session.Context.Variables["smtp_active_hostname"] = name.Value;
        return name.Text;
    }

    public static string Banner(SmtpSession session)
    {
        var options = session.Rules.Options;
        if (options.Banner is not { } template)
            return $"{session.Hostname} {(session.IsLmtp ? "LMTP" : "ESMTP")} ScriptMta {options.Version} {MailDate.Format(session.Rules.Environment.Clock.GetLocalNow())}";
        var text = template.Expand(session.Context);
        if (text.IsOk) return text.Text.TrimSpaceAtEnd();
        session.Rules.Environment.Log.Panic(null, $"failed to expand smtp_banner \"{template.Source}\": {text.Error}");
        return session.Hostname + " ESMTP";
    }
}
