using System.Collections.Immutable;

namespace ScriptMta.Mail;

/// <summary>A recipient as accepted. ErrorsTo is set where a rule changed where its bounces go; Notify and OriginalRecipient are RFC 3461.</summary>
sealed record Recipient(MailAddress Address, string? ErrorsTo = null, string? Notify = null, string? OriginalRecipient = null);

/// <summary>
/// What a message carries beside its content, fixed when it was accepted. Facts holds what rules may ask later, by Exim's variable
/// name without "$" (sender_host_address, sender_helo_name, received_protocol, authenticated_id, acl_m_x …); byte text.
/// </summary>
sealed record Envelope
{
    public required MessageId Id { get; init; }
    public required MailAddress Sender { get; init; }
    public required ImmutableArray<Recipient> Recipients { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public ImmutableDictionary<string, string> Facts { get; init; } = ImmutableDictionary<string, string>.Empty;
}
