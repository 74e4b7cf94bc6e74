using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>Who runs the command. Trusted callers may say who the sender is (Exim 5.2).</summary>
sealed record LocalCaller(string Login, string FullName, uint Uid, uint Gid, bool IsTrusted)
{
    public static LocalCaller Of(SubmissionRequest request, ReceptionRules rules)
    {
        var user = Users.ByUid(request.CallerUid) ?? Unknown(request, rules);
        return new(user.Name, request.FullName ?? NameOf(user, rules), request.CallerUid, request.CallerGid, rules.Options.Local.Trusts(user.Name, request.CallerUid, request.CallerGid));
    }

    public MailAddress Address(RuleEnvironment environment) => new(Login, environment.QualifyDomain);

    /// <summary>$authenticated_sender: what a trusted caller says with -oMas, else who it is.</summary>
    public string AuthenticatedSender(SubmissionRequest request, RuleEnvironment environment) =>
        IsTrusted && request.Facts.TryGetValue("as", out var told) ? told : Address(environment).ToString();

    /// <summary>unknown_login and unknown_username; else the number and no name.</summary>
    static UnixUser Unknown(SubmissionRequest request, ReceptionRules rules)
    {
        var login = request.CallerUid.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (rules.Options.Local.UnknownLogin is { } template)
        {
            var context = new ExpansionContext { Environment = rules.Environment };
            (context.Connection.CallerUid, context.Connection.CallerGid) = (request.CallerUid, request.CallerGid);
            if (template.Expand(context) is { IsOk: true, Text.Length: > 0 } expanded) login = expanded.Text;
            else rules.Environment.Log.Panic(null, $"failed to expand unknown_login \"{template.Source}\": the caller is called {login}");
        }
        return new(login, request.CallerUid, request.CallerGid, rules.Options.Local.UnknownLogin is null ? "" : rules.Options.Local.UnknownUsername, "", "");
    }

    /// <summary>What gecos_pattern and gecos_name make of the gecos field, or its first part; "&amp;" stands for the capitalized login.</summary>
    static string NameOf(UnixUser user, ReceptionRules rules)
    {
        var gecos = user.Gecos.Replace("&", user.Name.Length == 0 ? "" : AsciiCase.Upper(user.Name[..1]) + user.Name[1..], StringComparison.Ordinal);
        return (ByPattern(gecos, rules) ?? gecos.Split(',')[0]).TrimSpace();
    }

    /// <summary>Null: the options are not set, or the pattern is not for this field.</summary>
    static string? ByPattern(string gecos, ReceptionRules rules)
    {
        if (rules.Options.Local is not { GecosPattern: { } pattern, GecosName: { } name } || pattern.Match(gecos) is not { IsYes: true } match) return null;
        var context = new ExpansionContext { Environment = rules.Environment, Captures = [.. match.Groups.Select(g => Value.Clean(g ?? ""))] };
        var expanded = name.Expand(context);
        if (expanded.IsOk) return expanded.Text;
        rules.Environment.Log.Panic(null, $"failed to expand gecos_name \"{name.Source}\": {expanded.Error}");
        return null;
    }
}
