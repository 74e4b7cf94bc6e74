using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>Who runs the command. Trusted callers (root, our own user, trusted_users) may say who the sender is (Exim 5.2).</summary>
sealed record LocalCaller(string Login, string FullName, uint Uid, uint Gid, bool IsTrusted)
{
    public static LocalCaller Of(SubmissionRequest request, ReceptionRules rules)
    {
        var user = Users.ByUid(request.CallerUid);
        var login = user?.Name ?? request.CallerUid.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var trusted = request.CallerUid == 0 || request.CallerUid == Users.geteuid() || new ListText(rules.Options.TrustedUsers).ToList().Exists(t => t == login || t == $"{request.CallerUid}");
        return new(login, request.FullName ?? NameOf(user), request.CallerUid, request.CallerGid, trusted);
    }

    public MailAddress Address(RuleEnvironment environment) => new(Login, environment.QualifyDomain);

    /// <summary>$authenticated_sender: what a trusted caller says with -oMas, else who it is.</summary>
    public string AuthenticatedSender(SubmissionRequest request, RuleEnvironment environment) =>
        IsTrusted && request.Facts.TryGetValue("as", out var told) ? told : Address(environment).ToString();

    /// <summary>The first part of the gecos field, "&amp;" standing for the capitalized login.</summary>
    static string NameOf(UnixUser? user)
    {
        if (user is null) return "";
        var name = user.Gecos.Split(',')[0];
        return name.Replace("&", user.Name.Length == 0 ? "" : AsciiCase.Upper(user.Name[..1]) + user.Name[1..], StringComparison.Ordinal).TrimSpace();
    }
}
