using System.Collections.Frozen;
using System.Globalization;
using ScriptMta.Common;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>
/// One parameter of MAIL or RCPT (RFC 5321 4.1.2). Where IsKnown is false it is taken for a part of the path, whose syntax error then names it, as Exim answers.
/// Apply notes its value in the transaction and gives what is wrong with it, as a reply that counts as a syntax error, or null.
/// </summary>
sealed record PathParameter(string Name, Func<SmtpSession, bool> IsKnown, Func<SmtpSession, string, Reply?> Apply)
{
    public static readonly Func<SmtpSession, bool> Always = static _ => true;

    /// <summary>Known where EHLO has offered the extension.</summary>
    public static Func<SmtpSession, bool> If(Extensions offered) => session => (session.Offered & offered) != 0;
}

/// <summary>The parameters that MAIL and RCPT take. A new one is one line here.</summary>
static class PathParameters
{
    public static readonly FrozenDictionary<string, PathParameter> Mail = Table(
        new("SIZE", PathParameter.If(Extensions.Size), Size),
        new("BODY", PathParameter.If(Extensions.EightBitMime), Body),
        // After EHLO, Exim knows these even where it does not offer them, and nothing comes of them.
        new("RET", PathParameter.If(Extensions.Size), DsnParameters.Ret),
        new("ENVID", PathParameter.If(Extensions.Size), DsnParameters.EnvId),
        new("REQUIRETLS", PathParameter.If(Extensions.RequireTls), static (session, _) => { session.Transaction.RequiresTls = true; return null; }),
        new("AUTH", PathParameter.If(Extensions.Size), AuthParameter.Note),
        new("PRDR", PathParameter.If(Extensions.Size), static (session, _) => { session.Transaction.IsPrdr = (session.Offered & Extensions.Prdr) != 0; return null; }),
        new("SMTPUTF8", PathParameter.If(Extensions.Size), SmtpUtf8));

    public static readonly FrozenDictionary<string, PathParameter> Rcpt = Table(
        new("NOTIFY", PathParameter.If(Extensions.Dsn), DsnParameters.Notify),
        new("ORCPT", PathParameter.If(Extensions.Dsn), DsnParameters.OriginalRecipient));

    /// <summary>Takes the parameters off the end of the argument and applies them; gives the path, or null and what was wrong first.</summary>
    public static string? Take(SmtpSession session, FrozenDictionary<string, PathParameter> table, string argument, out Reply error)
    {
        error = default;
        var path = PathArgument.Parse(argument, name => table.TryGetValue(name, out var row) && row.IsKnown(session));
        foreach (var (name, value) in path.Parameters)
        {
            if (table[name].Apply(session, value) is not { } wrong) continue;
            error = wrong;
            return null;
        }
        return path.Path;
    }

    /// <summary>RFC 1870 3: twenty digits at most.</summary>
    static Reply? Size(SmtpSession session, string value)
    {
        if (value.Length is 0 or > 20 || value.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0)
            return Replies.BadAddress(session.Context.Connection.SmtpCommandArgument, "invalid data for SIZE");
        session.Transaction.DeclaredSize = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : long.MaxValue;
        return null;
    }

    static Reply? Body(SmtpSession session, string value)
    {
        session.Transaction.BodyType = value.UpperAscii() switch { "8BITMIME" => 8, "7BIT" => 7, _ => 0 };
        return session.Transaction.BodyType > 0 ? null : Replies.BadBody;
    }

    /// <summary>RFC 6531 3.4: the parameter has no value.</summary>
    static Reply? SmtpUtf8(SmtpSession session, string value)
    {
        if (value.Length == 0 && (session.Offered & Extensions.SmtpUtf8) == 0) return Replies.SmtpUtf8NotAdvertised;
        session.Transaction.IsSmtpUtf8 = true;
        if (value.Length == 0) return null;
        var argument = session.Context.Connection.SmtpCommandArgument;
        var at = argument.LastIndexOf(' ' + "SMTPUTF8=", StringComparison.OrdinalIgnoreCase) + 1;
        return Replies.BadAddress(argument, $"malformed address: {argument[at..]} may not follow {argument[..at]}");
    }

    static FrozenDictionary<string, PathParameter> Table(params ReadOnlySpan<PathParameter> rows)
    {
        var table = new Dictionary<string, PathParameter>(StringComparer.Ordinal);
        foreach (var row in rows) table.Add(row.Name, row);
        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
