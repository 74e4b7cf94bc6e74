using ScriptMta.Admin;

namespace ScriptMta.Cli;

/// <summary>-bs: an SMTP session on standard input and output.</summary>
static class SmtpCommand
{
    public static int Run(Invocation invocation)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        if (invocation.Sender is { } sender) options["sender"] = sender;
        if (invocation.Delivery == DeliveryMode.QueueOnly) options["delivery"] = nameof(DeliveryMode.QueueOnly);
        if (invocation.Protocol is { } protocol) options["protocol"] = protocol;
        foreach (var (name, value) in invocation.MessageFacts) options["fact." + name] = value;
        return OwnerCall.Run(Site.RequestFor(invocation), asExim: true, new AdminRequest("smtp", [], options), Console.OpenStandardInput());
    }
}
