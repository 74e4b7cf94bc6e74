using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>Puts messages that the MTA itself writes (bounces, warnings, answers) into the spool, with a Received line and a line in the log as any other message.</summary>
sealed class OwnMessages(ISpool spool, QueueRules rules, MessageIdSource ids)
{
    /// <summary>Whom AUTH= names when the message goes to a server that is told (RFC 4954 5); empty = nobody.</summary>
    public string AuthenticatedSender { get; init; } = "";

    /// <summary>dsn_from, or the standard where it is not set or cannot be expanded.</summary>
    public static string From(QueueRules rules, ExpansionContext context)
    {
        var standard = $"Mail Delivery System <Mailer-Daemon@{rules.Environment.QualifyDomain}>";
        if (rules.Options.DsnFrom is not { } template) return standard;
        var from = template.Expand(context);
        if (from.IsOk) return from.Text;
        context.Environment.Log.Panic(context.Message.Id, $"Failed to expand dsn_from (using default): {from.Error}");
        return standard;
    }

    /// <summary>Body with LF or CRLF line ends. Durable when it returns.</summary>
    public async ValueTask<MessageId> CommitAsync(MailAddress sender, ImmutableArray<MailAddress> recipients, HeaderSection headers, ReadOnlyMemory<byte> body, MessageId? about, CancellationToken cancel)
    {
        var id = ids.Next();
        await using var draft = spool.Begin(id);
        await draft.AppendAsync(WithCrLf(body), cancel).ConfigureAwait(false);
        return await CommitAsync(id, sender, recipients, headers, draft, about, cancel).ConfigureAwait(false);
    }

    /// <summary>For bodies that were streamed into a draft.</summary>
    public async ValueTask<MessageId> CommitAsync(MessageId id, MailAddress sender, ImmutableArray<MailAddress> recipients, HeaderSection headers, IBodyDraft body, MessageId? about, CancellationToken cancel)
    {
        (sender, recipients, headers) = Rewritten(id, sender, recipients, headers);
        var now = rules.Environment.Clock.GetUtcNow();
        var envelope = new Envelope { Id = id, Sender = sender, Recipients = [.. recipients.Select(r => new Recipient(r))], ReceivedAt = now, Facts = AuthenticatedSender.Length > 0 ? Facts.Add("authenticated_sender", AuthenticatedSender) : Facts };
        var whole = headers.Prepend(Received(id, now, recipients));
        var size = whole.ToText().Length + 1 + body.Length;
        await spool.CommitAsync(envelope, whole, body, new(QueueOnly: rules.Options.QueueOnly), cancel).ConfigureAwait(false);
        rules.Environment.Log.Main(id, $"<= {(sender.IsNull ? "<>" : sender.ToString())}{(about is { } original ? $" R={original}" : "")} U={Environment.UserName} P=local S={size}");
        return id;
    }

    /// <summary>What the MTA writes is rewritten as what comes from a local program (Exim 31.2).</summary>
    (MailAddress Sender, ImmutableArray<MailAddress> Recipients, HeaderSection Headers) Rewritten(MessageId id, MailAddress sender, ImmutableArray<MailAddress> recipients, HeaderSection headers)
    {
        var rewriting = rules.Router.Dependencies.Rewrite;
        if (rewriting.IsEmpty) return (sender, recipients, headers);
        var context = new ExpansionContext { Environment = rules.Environment };
        (context.Message.Id, context.Message.Sender) = (id, sender);
        var envelope = new AddressRewriter(rewriting, context);
        return (envelope.Envelope(sender, RewriteKinds.EnvelopeFrom), [.. recipients.Select(r => envelope.Envelope(r, RewriteKinds.EnvelopeTo))], new HeaderRewriter(rewriting, context).Apply(headers));
    }

    static readonly ImmutableDictionary<string, string> Facts = ImmutableDictionary<string, string>.Empty.Add("received_protocol", "local");

    /// <summary>RFC 5321 4.4, in the form of Exim's received_header_text for a local message.</summary>
    HeaderField Received(MessageId id, DateTimeOffset now, ImmutableArray<MailAddress> recipients) => HeaderField.Create("Received",
        $"from {Environment.UserName} by {rules.Environment.PrimaryHostname} with local (ScriptMta{VersionText})\n\tid {id}{(recipients.Length == 1 ? $"\n\tfor {recipients[0]}" : "")};\n\t{MailDate.Format(now)}");

    string VersionText => " " + (rules.Environment.Settings.GetValueOrDefault("version_number") ?? typeof(OwnMessages).Assembly.GetName().Version?.ToString(3));

    static ReadOnlyMemory<byte> WithCrLf(ReadOnlyMemory<byte> body)
    {
        var text = Latin1.Decode(body.Span);
        return Latin1.Encode(text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal));
    }
}
