using ScriptMta.Expansion;
using ScriptMta.Logging;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>The facts of log lines about a client, for log_format = json. Null where the log is text, so that nothing is collected for it.</summary>
static class ReceptionFacts
{
    public static LogFacts? Of(ExpansionContext context, string what)
    {
        if (!context.Environment.Log.Options.IsJson) return null;
        var peer = context.Connection;
        var facts = new LogFacts(what)
            .With("host_address", peer.HostAddress).With("host_port", peer.HostPort == 0 ? null : peer.HostPort).With("host_name", peer.HostName).With("helo", peer.HeloName).With("ident", peer.Ident)
            .With("interface_address", peer.InterfaceAddress).With("interface_port", peer.InterfacePort == 0 ? null : peer.InterfacePort)
            .With("protocol", peer.Protocol).With("tls_cipher", peer.TlsCipher).With("authenticator", peer.Authenticator).With("authenticated_id", peer.AuthenticatedId);
        return context.Message.Sender is { } sender ? facts.With("sender", sender.IsNull ? "<>" : sender.ToString()) : facts;
    }

    /// <summary>Of an arrival line.</summary>
    public static LogFacts? Of(Arrival arrival)
    {
        if (Of(arrival.Context, arrival.IsFakeRefusal ? "fakereject" : "arrival") is not { } facts) return null;
        var (transaction, message) = (arrival.Transaction, arrival.Context.Message);
        facts = facts.With("pipelining", transaction.Pipelining).With("chunking", transaction.IsChunked ? true : null).With("prdr", transaction.Prdr == PrdrOutcome.None ? null : true)
            .With("body_type", transaction.BodyType == 0 ? null : transaction.BodyType).With("dsn_ret", message.DsnReturn).With("dsn_envid", message.DsnEnvelopeId);
        return facts.With("recipients", arrival.Came.Recipients.Select(r => r.Address.ToString()).ToList()).With("size", arrival.Context.Message.Size)
            .With("message_id", arrival.Came.MessageId is { } field ? ReceptionLog.MessageIdOf(field) : null).With("subject", arrival.Headers.First("Subject")?.Unfolded);
    }

    /// <summary>Of a refusal.</summary>
    public static LogFacts? Of(ExpansionContext context, string where, string? recipient, string? reason) =>
        Of(context, "rejection")?.With("where", where).With("recipient", recipient).With("reason", reason);
}
