using System.Collections.Immutable;
using System.Globalization;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>What the envelope keeps of connection and transaction for the rules that run at delivery: <see cref="Envelope.Facts"/>, by Exim's variable names.</summary>
static class EnvelopeFacts
{
    /// <summary>The message was frozen by control = freeze/no_tell: freeze_tell does not hear of it.</summary>
    public const string FrozenQuietly = "frozen_quietly";

    /// <summary>The first attempt routes and delivers locally only (-odqs, control = queue/first_pass_route); what goes to other hosts waits for a queue run.</summary>
    public const string FirstPass = "first_pass_route";

    static readonly (string Name, Func<ConnectionFacts, string> Get, Action<ConnectionFacts, string> Set)[] OfConnection =
    [
        ("sender_host_address", c => c.HostAddress, (c, v) => c.HostAddress = v),
        ("sender_host_port", c => c.HostPort == 0 ? "" : Text(c.HostPort), (c, v) => c.HostPort = Number(v)),
        ("sender_host_name", c => c.HostName, (c, v) => c.HostName = v),
        ("sender_helo_name", c => c.HeloName, (c, v) => c.HeloName = v),
        ("sender_ident", c => c.Ident, (c, v) => c.Ident = v),
        ("received_ip_address", c => c.InterfaceAddress, (c, v) => c.InterfaceAddress = v),
        ("received_port", c => c.InterfacePort == 0 ? "" : Text(c.InterfacePort), (c, v) => c.InterfacePort = Number(v)),
        ("received_protocol", c => c.Protocol, (c, v) => c.Protocol = v),
        ("authenticated_id", c => c.AuthenticatedId, (c, v) => c.AuthenticatedId = v),
        ("sender_host_authenticated", c => c.Authenticator, (c, v) => c.Authenticator = v),
        ("tls_in_cipher", c => c.TlsCipher, (c, v) => c.TlsCipher = v),
        Tls("bits"), Tls("certificate_verified"), Tls("cipher_std"), Tls("peerdn"), Tls("resumption"), Tls("sni"), Tls("ver"),
        ("queue_name", c => c.QueueName, (c, v) => c.QueueName = v),
        ("originator_uid", c => c.HostAddress.Length > 0 ? "" : c.CallerUid.ToString(CultureInfo.InvariantCulture), (c, v) => c.CallerUid = (uint)Number(v)),
        ("originator_gid", c => c.HostAddress.Length > 0 ? "" : c.CallerGid.ToString(CultureInfo.InvariantCulture), (c, v) => c.CallerGid = (uint)Number(v)),
    ];

    static readonly (string Name, Func<MessageFacts, string> Get, Action<MessageFacts, string> Set)[] OfMessage =
    [
        ("message_size", m => m.Size < 0 ? "" : m.Size.ToString(CultureInfo.InvariantCulture), (m, v) => m.Size = long.TryParse(v, CultureInfo.InvariantCulture, out var n) ? n : -1),
        ("message_linecount", m => Text(m.LineCount), (m, v) => m.LineCount = Number(v)),
        ("body_linecount", m => Text(m.BodyLineCount), (m, v) => m.BodyLineCount = Number(v)),
        ("body_zerocount", m => m.BodyZeroCount == 0 ? "" : Text(m.BodyZeroCount), (m, v) => m.BodyZeroCount = Number(v)),
        ("max_received_linelength", m => Text(m.MaxReceivedLineLength), (m, v) => m.MaxReceivedLineLength = Number(v)),
        ("body_8bitmime", m => m.BodyType == 0 ? "" : Text(m.BodyType), (m, v) => m.BodyType = Number(v)),
        ("message_smtputf8", m => m.IsSmtpUtf8 ? "yes" : "", (m, v) => m.IsSmtpUtf8 = v == "yes"),
        ("utf8_downconvert", m => m.Utf8Downconvert, (m, v) => m.Utf8Downconvert = v),
        ("requiretls", m => m.RequiresTls ? "yes" : "", (m, v) => m.RequiresTls = v == "yes"),
        ("dsn_ret", m => m.DsnReturn, (m, v) => m.DsnReturn = v),
        ("dsn_envid", m => m.DsnEnvelopeId, (m, v) => m.DsnEnvelopeId = v),
        ("authenticated_sender", m => m.AuthenticatedSender, (m, v) => m.AuthenticatedSender = v),
        Content("spam_bar"), Content("spam_score"), Content("spam_score_int"),
    ];

    static (string, Func<MessageFacts, string>, Action<MessageFacts, string>) Content(string name) =>
        (name, m => m.Content.GetValueOrDefault(name, Value.Empty).Text, (m, v) => m.Content[name] = Value.Clean(v));

    public static ImmutableDictionary<string, string> Keep(ExpansionContext context)
    {
        var facts = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, get, _) in OfConnection) Add(facts, name, get(context.Connection));
        foreach (var (name, get, _) in OfMessage) Add(facts, name, get(context.Message));
        foreach (var (name, value) in context.Connection.AclVariables) facts["acl_c" + name] = Marked(value);
        foreach (var (name, value) in context.Message.AclVariables) facts["acl_m" + name] = Marked(value);
        return facts.ToImmutable();
    }

    /// <summary>Fills a context for the delivery of a stored message.</summary>
    public static void Restore(Envelope envelope, ConnectionFacts connection, MessageFacts message)
    {
        foreach (var (name, _, set) in OfConnection)
            if (envelope.Facts.TryGetValue(name, out var value)) set(connection, value);
        foreach (var (name, _, set) in OfMessage)
            if (envelope.Facts.TryGetValue(name, out var value)) set(message, value);
        foreach (var (name, value) in envelope.Facts)
            if (name.StartsWith("acl_c", StringComparison.Ordinal)) connection.AclVariables[name[5..]] = Unmarked(value);
            else if (name.StartsWith("acl_m", StringComparison.Ordinal)) message.AclVariables[name[5..]] = Unmarked(value);
    }

    static void Add(ImmutableDictionary<string, string>.Builder facts, string name, string value)
    {
        if (value.Length > 0) facts[name] = value;
    }

    /// <summary>A tainted value stays one: the first character says so.</summary>
    static string Marked(Value value) => (value.IsTainted ? "-" : "+") + value.Text;

    static Value Unmarked(string text) => text.Length == 0 ? Value.Empty : text[0] == '+' ? Value.Clean(text[1..]) : Value.Tainted(text[1..]);

    /// <summary>What came from the client stays tainted.</summary>
    static (string, Func<ConnectionFacts, string>, Action<ConnectionFacts, string>) Tls(string name) =>
        ("tls_in_" + name, c => TlsFacts.Text(c, name), (c, v) => c.SetTls(name, name is "peerdn" or "sni" ? Value.Tainted(v) : Value.Clean(v)));

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    static int Number(string text) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
