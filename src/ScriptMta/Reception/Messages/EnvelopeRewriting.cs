using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Reception;

/// <summary>The envelope as the rewriting rules have it, from the end of the header section on (Exim 31.2). A sender that verification has rewritten is not rewritten again.</summary>
static class EnvelopeRewriting
{
    public static void Apply(Transaction transaction, RewriteRules rules, ExpansionContext context)
    {
        var verified = context.Message.Sender is { } known && known != transaction.Sender;
        if (!verified && (rules.Kinds & RewriteKinds.Envelope) == 0) return;
        var rewriter = new AddressRewriter(rules, context);
        for (var i = 0; i < transaction.Recipients.Count; i++)
        {
            var recipient = transaction.Recipients[i];
            transaction.Recipients[i] = recipient with { Address = rewriter.Envelope(recipient.Address, RewriteKinds.EnvelopeTo) };
        }
        context.Message.Recipients.Clear();
        context.Message.Recipients.AddRange(transaction.Recipients.Select(r => r.Address));
        transaction.Sender = verified ? context.Message.Sender!.Value : rewriter.Envelope(transaction.Sender, RewriteKinds.EnvelopeFrom);
        context.Message.Sender = transaction.Sender;
    }
}
