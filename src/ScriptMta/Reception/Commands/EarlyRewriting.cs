using ScriptMta.Routing;

namespace ScriptMta.Reception;

/// <summary>Rewriting rules with the flag "S" see the argument of MAIL and RCPT as it came, brackets and all, before its syntax is looked at (Exim 31.9).</summary>
static class EarlyRewriting
{
    /// <summary>Exim logs both commands so.</summary>
    const string Place = "smtp recipient";

    public static string Apply(SmtpSession session, string path)
    {
        var rewriter = new AddressRewriter(session.Rules.Router.Dependencies.Rewrite, session.Context);
        return rewriter.Concerns(RewriteKinds.Smtp) && rewriter.Rewrite(path, RewriteKinds.Smtp, Place) is { Changed: true } result ? result.Address.ToString() : path;
    }
}
