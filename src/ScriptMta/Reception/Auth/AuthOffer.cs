using ScriptMta.Authentication;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Reception;

/// <summary>Which mechanisms EHLO offers to a client (Exim 33.3).</summary>
static class AuthOffer
{
    /// <summary>The line of the reply, or null; what is in it, the session remembers.</summary>
    public static string? Line(SmtpSession session)
    {
        session.Mechanisms = session.Context.Connection.Authenticator.Length > 0 ? [] : [.. Offered(session)];
        return session.Mechanisms.Count == 0 ? null : "AUTH " + string.Join(' ', session.Mechanisms.Select(m => m.PublicName));
    }

    /// <summary>control = allow_auth_unadvertised: all that a connection can carry.</summary>
    public static IEnumerable<ServerAuthenticator> All(SmtpSession session) =>
        session.Rules.Options.Auth.Authenticators.Where(a => !a.IsTls && (!a.NeedsBinding || AuthFacts.ServerEndPoint(session).Length > 0));

    static IEnumerable<ServerAuthenticator> Offered(SmtpSession session)
    {
        var options = session.Rules.Options.Auth;
        if (options.Authenticators.Length == 0 || !ExtensionTable.IsFor(session, options.AdvertiseHosts, otherwise: true)) return [];
        return All(session).Where(a => (options.MayShow(a) || AuthFacts.CannotBeHeard(session)) && IsWanted(session, a));
    }

    static bool IsWanted(SmtpSession session, ServerAuthenticator authenticator) =>
        authenticator.AdvertiseCondition is not { } condition || IsTrue(session, condition, authenticator, session.Context);

    /// <summary>Everything but empty, 0, no and false; what cannot be told is no, and an error of the rule is told to the administrator.</summary>
    public static bool IsTrue(SmtpSession session, Template condition, ServerAuthenticator authenticator, ExpansionContext context)
    {
        var value = condition.Expand(context);
        if (value.Kind == ExpandedKind.Failed) session.Rules.Environment.Log.Panic(null, $"failed to expand condition \"{condition.Source}\" for {authenticator.Name} authenticator: {value.Error}");
        return value.IsOk && value.Text.LowerAscii() is not ("" or "0" or "no" or "false");
    }
}
