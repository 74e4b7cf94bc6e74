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
        new(Extensions.Vrfy, static s => s.Rules.Acls.Set.Option(AclWhere.Vrfy) is not null ? "VRFY" : null),
        new(Extensions.Pipelining, static s => !s.Acl.ConnectionControls.Contains("no_pipelining") && IsFor(s, s.Rules.Options.PipeliningAdvertiseHosts, otherwise: true) ? "PIPELINING" : null),
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
        hosts is null ? otherwise : hosts.MatchHost(session.Context.Connection.HostAddress, session.Context).Match.IsYes;

    static string Size(SmtpSession session) => session.Rules.Options.MessageSizeLimit.Get(session.Context) is > 0 and var limit ? $"SIZE {limit}" : "SIZE";
}
