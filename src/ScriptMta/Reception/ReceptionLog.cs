using System.Text;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Logging;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>The log lines that SMTP and local submission share (Exim chapter 53).</summary>
static class ReceptionLog
{
    /// <summary>T= shows so many bytes of it.</summary>
    const int MostOfSubject = 100;

    static readonly Template Subject = Template.Parse("$h_subject:", SourceLocation.BuiltIn("log_selector = +subject"));

    /// <summary>"H=host (helo) [address]" with port and interface as selected, "U=user" for a local caller.</summary>
    public static string HostAndIdent(ExpansionContext context, LogOptions options)
    {
        var peer = context.Connection;
        return peer.HostAddress.Length > 0 ? "H=" + Host(context, options) : peer.Ident.Length == 0 ? "" : "U=" + peer.Ident;
    }

    /// <summary>The same without its tag; "local process" where nothing is known.</summary>
    public static string Host(ExpansionContext context, LogOptions options)
    {
        var peer = context.Connection;
        if (peer.HostAddress.Length == 0) return peer.Ident.Length > 0 ? peer.Ident : "local process";
        return $"{FullHost(peer, options)}{Interface(peer, options)}{(peer.Ident.Length > 0 ? " U=" + peer.Ident : "")}";
    }

    /// <summary>"host (helo) [address]", with the port where selected.</summary>
    public static string FullHost(ConnectionFacts peer, LogOptions options) =>
        peer.HostAddress.Length == 0 ? "local process" : peer.FullHostWith(options.Has("incoming_port"));

    public static string Interface(ConnectionFacts peer, LogOptions options) =>
        options.Has("incoming_interface") && peer.InterfaceAddress.Length > 0 ? $" I=[{peer.InterfaceAddress}]:{peer.InterfacePort}" : "";

    /// <summary>The arrival line: <c>&lt;= sender H=… U=… P=… S=… id=… T="…" from &lt;…&gt; for …</c> (53.9).</summary>
    public static void Arrived(MailLog log, MessageId id, Arrival arrival)
    {
        var (context, options) = (arrival.Context, log.Options);
        var text = new StringBuilder(arrival.IsFakeRefusal ? "(= " : "<= ", 200).Append(arrival.Sender.IsNull ? "<>" : arrival.Sender.ToString());
        var host = HostAndIdent(context, options);
        if (host.Length > 0) text.Append(' ').Append(host);
        text.Append(" P=").Append(context.Connection.Protocol).Append(TlsLog.Fields(context.Connection, options));
        text.Append(AuthLog.Field(context.Connection, context.Message.AuthenticatedSender, options));
        if (options.Has("pipelining") && arrival.Transaction.Pipelining is { Length: > 0 } pipelining) text.Append(' ').Append(pipelining);
        if (arrival.Transaction.Prdr != PrdrOutcome.None) text.Append(" PRDR");
        if (options.Has("proxy") && context.Variables.TryGetValue("proxy_local_address", out var proxy)) text.Append(" PRX=").Append(proxy.Text);
        if (arrival.Transaction.IsChunked) text.Append(" K");
        text.Append(" S=").Append(context.Message.Size);
        if (context.Connection.QueueName.Length > 0) text.Append(" Q=").Append(context.Connection.QueueName);
        if (options.Has("8bitmime")) text.Append(" M8S=").Append(arrival.Transaction.BodyType);
        if (options.Has("receive_time")) text.Append(" RT=").Append(ElapsedText.Of(context.Environment.Clock.GetUtcNow() - context.Message.ReceivedAt, options));
        if (options.Has("msg_id") && arrival.Came.MessageId is { } field) text.Append(" id=").Append(MessageIdOf(field));
        else if (options.Has("msg_id_created") && arrival.Came.MessageId is null && arrival.Headers.First("Message-ID") is { } made) text.Append(" id*=").Append(MessageIdOf(made));
        if (options.Has("subject") && arrival.Headers.First("Subject") is not null) text.Append(" T=\"").Append(SubjectOf(context)).Append('"');
        if (options.Has("received_sender")) text.Append(" from <").Append(arrival.Came.Sender).Append('>');
        if (options.Has("received_recipients")) AppendRecipients(text, arrival);
        log.Main(id, text.ToString(), ReceptionFacts.Of(arrival));
    }

    static void AppendRecipients(StringBuilder text, Arrival arrival)
    {
        text.Append(" for");
        foreach (var recipient in arrival.Came.Recipients) text.Append(' ').Append(recipient.Address);
    }

    /// <summary>Without the angle brackets and white space.</summary>
    public static string MessageIdOf(HeaderField field) => field.Unfolded.TrimStart('<').TrimEnd('>').TrimSpace();

    /// <summary>Decoded, and no more of it than Exim shows.</summary>
    static string SubjectOf(ExpansionContext context)
    {
        var text = Subject.Expand(context).Text;
        return MailLog.Escape((text.Length > MostOfSubject ? text[..MostOfSubject] : text).Replace("\\", "\\\\").Replace("\"", "\\\""));
    }
}

/// <summary>What the arrival line tells.</summary>
sealed record Arrival(MailAddress Sender, ReceivedEnvelope Came, HeaderSection Headers, ExpansionContext Context, Transaction Transaction, bool IsFakeRefusal = false);

/// <summary>What came before rewriting changed it. MessageId is the field that the message came with: one made here is not logged, as in Exim.</summary>
sealed record ReceivedEnvelope(MailAddress Sender, IReadOnlyList<Recipient> Recipients, HeaderField? MessageId = null);
