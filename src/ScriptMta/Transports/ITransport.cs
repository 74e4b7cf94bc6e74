using System.Collections.Immutable;
using System.Net;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Transports;

/// <summary>A transport driver instance. Thread-safe: many jobs run at once. Never throws for a delivery problem: that is an outcome.</summary>
interface ITransport
{
    TransportOptions Options { get; }

    /// <summary>Carries out one job; gives one outcome per recipient of the job, in any order. On cancellation (shutdown) what is not certain is Deferred.</summary>
    ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(TransportJob job, CancellationToken cancel);
}

/// <summary>One message to one or several recipients that may share a delivery. Context belongs to the job and has Message facts set; a transport makes its own per-address contexts from the recipients' Facts.</summary>
sealed record TransportJob
{
    public required MessageId Id { get; init; }
    public required HeaderSection Headers { get; init; }
    public required long BodyLength { get; init; }
    /// <summary>The stored body, CRLF line ends; each call opens it anew; the caller disposes.</summary>
    public required Func<CancellationToken, ValueTask<Stream>> OpenBody { get; init; }
    public required ImmutableArray<PlannedDelivery> Recipients { get; init; }
    /// <summary>The envelope sender to use, errors_to applied; empty = null sender.</summary>
    public required string ReturnPath { get; init; }
    public required ExpansionContext Context { get; init; }
    /// <summary>What the queue remembers of hosts; null = try every host.</summary>
    public HostHints? Hints { get; init; }
    /// <summary>NOTIFY and ORCPT for an address; null where no recipient has any.</summary>
    public Func<RoutedAddress, Smtp.ReportRequest>? Reports { get; init; }
    /// <summary>Messages for one connection where a limit of the destination is lower than the transport's; 0 = the transport's.</summary>
    public int ConnectionMessages { get; init; }
    /// <summary>The address to send from where the destination has some of its own; null, or its answer null: as the transport has it.</summary>
    public Func<System.Net.Sockets.AddressFamily, IPAddress?>? Source { get; init; }
    /// <summary>Puts a message that a transport made (autoreply) into the spool; null where there is none (dry runs).</summary>
    public MessageSink? Submit { get; init; }
}

/// <summary>Takes a new message with its whole text (LF line ends); returns when it is durable. Sender is always the null address for what transports make.</summary>
delegate ValueTask<MessageId> MessageSink(MailAddress sender, ImmutableArray<MailAddress> recipients, HeaderSection headers, ReadOnlyMemory<byte> body, CancellationToken cancel);

/// <summary>What is remembered of one address of a host: MayTry is false before its retry time; Expired when it has failed past the last cutoff of its retry rule (Exim 32.10).</summary>
readonly record struct HostStanding(bool MayTry, bool Expired)
{
    public static readonly HostStanding Unknown = new(true, false);
}

/// <summary>One address of a host after an attempt. Error is null when it worked, else the retry-rule error name; MessageError when only this message is affected (Exim 49.2).</summary>
readonly record struct HostAttempt(string Host, IPAddress Address, int Port, string? Error, string Text = "", bool MessageError = false, int? Errno = null);

/// <summary>The queue's memory of hosts, as a transport sees it.</summary>
sealed record HostHints(Func<string, IPAddress, int, HostStanding> Ask, Action<HostAttempt> Tell);

/// <summary>Who owes the sender a report of success that he asked for with NOTIFY (RFC 3461 6.2): this server, since the mail came to its end here; the next one, which was asked; or this server, of its being relayed to one that does not report.</summary>
enum DsnDuty { Delivered, PassedOn, Relayed }

/// <summary>What happened to one recipient.</summary>
abstract record DeliveryOutcome(PlannedDelivery Recipient)
{
    /// <summary>Done. Fields is the tail of the "=>" log line after the address and R=/T= fields (H=…, C="…", etc.), without leading space.</summary>
    public sealed record Delivered(PlannedDelivery Recipient, string Fields) : DeliveryOutcome(Recipient)
    {
        public DsnDuty Dsn { get; init; }
        /// <summary>The server that took it: "name [address]" or empty, and its words.</summary>
        public string Host { get; init; } = "";
        public string? SmtpReply { get; init; }
        /// <summary>Bytes of the copy as it was written; 0 = not known.</summary>
        public long Size { get; init; }
    }

    /// <summary>Try later. Error is a retry-rule error name (refused_A, timeout_connect_MX, lost_connection, rcpt_451, quota …); Host is "name [address]" or empty; Text for people; Errno is what the log shows as "defer (n)".</summary>
    public sealed record Deferred(PlannedDelivery Recipient, string Error, string Text, string Host = "", string? SmtpReply = null) : DeliveryOutcome(Recipient)
    {
        public int Errno { get; init; }
        /// <summary>What the log shows behind H= where that is more than Host (ports, our own address); empty = Host.</summary>
        public string LogHost { get; init; } = "";
        /// <summary>The message goes on hold.</summary>
        public bool Freeze { get; init; }
        /// <summary>Every host of the address is past its last cutoff: a bounce, not another wait (Exim 32.10).</summary>
        public bool HostsExpired { get; init; }
        /// <summary>Nothing was tried, because no retry time has come.</summary>
        public bool NotTried { get; init; }
        /// <summary>The retry clock is the host's (or its message's), not the address's.</summary>
        public bool IsHostError { get; init; }
    }

    /// <summary>Give up: bounce. Status is an RFC 3463 code, SmtpReply the peer's words where a peer said them.</summary>
    public sealed record Failed(PlannedDelivery Recipient, string Text, string Host = "", string? SmtpReply = null, string Status = "5.0.0") : DeliveryOutcome(Recipient)
    {
        /// <summary>What the log shows behind H= where that is more than Host; empty = Host.</summary>
        public string LogHost { get; init; } = "";
        /// <summary>What the bounce says instead of Text, where Text is not the sender's business; empty = no line.</summary>
        public string? SenderText { get; init; }
        /// <summary>What a command wrote and return_output sends back.</summary>
        public string? Output { get; init; }
    }
}
