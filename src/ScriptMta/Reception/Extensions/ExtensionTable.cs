using System.Text;
using ScriptMta.Acl;
using ScriptMta.Expansion;

namespace ScriptMta.Reception;

/// <summary>Every extension that the server knows, in the order of Exim's reply to EHLO. A new one is one flag and one line here.</summary>
static class ExtensionTable
{
    static readonly Extension[] Rows =
    [
        new(Extensions.Size, Size),
        new(Extensions.EightBitMime, static s => s.Rules.Options.Accept8BitMime ? "8BITMIME" : null),
        new(Extensions.Dsn, static s => IsFor(s, s.Rules.Options.Extensions.DsnHosts, otherwise: false) ? "DSN" : null),
        new(Extensions.Etrn, static s => HasAcl(s, AclWhere.Etrn) ? "ETRN" : null),
        new(Extensions.Vrfy, static s => HasAcl(s, AclWhere.Vrfy) ? "VRFY" : null),
        new(Extensions.Expn, static s => HasAcl(s, AclWhere.Expn) ? "EXPN" : null),
        new(Extensions.Pipelining, static s => !s.Acl.ConnectionControls.Contains("no_pipelining") && IsFor(s, s.Rules.Options.PipeliningAdvertiseHosts, otherwise: true) ? "PIPELINING" : null),
        new(Extensions.PipeConnect, static s => (s.Offered & Extensions.Pipelining) != 0 && IsFor(s, s.Rules.Options.Extensions.PipeConnectHosts, otherwise: false) ? "PIPECONNECT" : null),
        new(Extensions.Auth, AuthOffer.Line),
        new(Extensions.Chunking, static s => IsFor(s, s.Rules.Options.Extensions.ChunkingHosts, otherwise: true) ? "CHUNKING" : null),
        new(Extensions.StartTls, static s => OffersTls(s) ? "STARTTLS" : null),
        new(Extensions.Prdr, static s => s.Rules.Options.Extensions.Prdr && !s.IsLmtp ? "PRDR" : null),
        // RFC 6531 3.1: a server of SMTPUTF8 is one of 8BITMIME.
        new(Extensions.SmtpUtf8, static s => s.Rules.Options.Accept8BitMime && IsFor(s, s.Rules.Options.Extensions.SmtpUtf8Hosts, otherwise: true) ? "SMTPUTF8" : null),
        new(Extensions.RequireTls, static s => s.Context.Connection.TlsCipher.Length > 0 && IsFor(s, s.Rules.Options.Extensions.RequireTlsHosts, otherwise: false) ? "REQUIRETLS" : null),
        new(Extensions.Limits, static s => IsFor(s, s.Rules.Options.Extensions.LimitsHosts, otherwise: false) ? Limits(s) : null),
        new(Extensions.None, static s => XclientCommand.IsFor(s) ? "XCLIENT " + XclientAttributes.Names : null),
        new(Extensions.None, static _ => "ENHANCEDSTATUSCODES"),
        new(Extensions.None, static _ => "HELP"),
    ];

    /// <summary>Appends the lines that this peer is offered, and notes them in the session.</summary>
    public static void Offer(SmtpSession session, StringBuilder text)
    {
        session.Offered = Extensions.None;
        foreach (var row in Rows)
        {
            if (row.Line(session) is not { } line) continue;
            session.Offered |= row.Flag;
            text.Append('\n').Append(line);
        }
    }

    /// <summary>Whether an …_advertise_hosts list holds the peer; a list that cannot be decided offers nothing.</summary>
    public static bool IsFor(SmtpSession session, RuleList? hosts, bool otherwise) =>
        hosts is null ? otherwise : session.PeerIsIn(hosts);

    /// <summary>A list that cannot be decided offers it, as in Exim: the safer way.</summary>
    /// <summary>STARTTLS is offered; also what HELP asks, before EHLO.</summary>
    public static bool OffersTls(SmtpSession session) =>
        !session.Connection.IsEncrypted && (session.Rules.Options.Tls.AdvertiseHosts is not { } hosts || hosts.MatchHost(session.Context.Connection.HostAddress, session.Context).Match.Kind != Common.MatchKind.No);

    static bool HasAcl(SmtpSession session, AclWhere where) => session.Rules.Acls.Set.Option(where) is not null;

    /// <summary>RFC 9422 4: what the server stops at. A limit that is not set is not told; nothing at all is told where none is.</summary>
    static string? Limits(SmtpSession session)
    {
        var options = session.Rules.Options;
        var text = "LIMITS";
        if (options.AcceptMaxPerConnection.Get(session.Context) is > 0 and var mails) text += $" MAILMAX={mails}";
        if (options.RecipientsMax > 0) text += $" RCPTMAX={options.RecipientsMax}";
        return text.Length > "LIMITS".Length ? text : null;
    }

    static string Size(SmtpSession session) => session.Rules.Options.MessageSizeLimit.Get(session.Context) is > 0 and var limit ? $"SIZE {limit}" : "SIZE";
}
