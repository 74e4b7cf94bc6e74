using ScriptMta.Admin;

namespace ScriptMta.Cli;

/// <summary>-bs: an SMTP session on standard input and output; -bS: a batch of messages on standard input.</summary>
static class SmtpCommand
{
    public static int Run(Invocation invocation) => Run(invocation, "smtp");

    public static int RunBatch(Invocation invocation) => Run(invocation, "batch");

    static int Run(Invocation invocation, string command)
    {
        if (invocation.TlsOnConnect) throw new CommandException(Common.ExitCode.Usage, "-tls-on-connect is for the daemon: with -bs a client can say STARTTLS");
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        if (invocation.Sender is { } sender) options["sender"] = sender;
        if (invocation.Delivery != DeliveryMode.Usual) options["delivery"] = invocation.Delivery.ToString();
        if (invocation.Protocol is { } protocol) options["protocol"] = protocol;
        foreach (var (name, value) in invocation.MessageFacts) options["fact." + name] = value;
        return OwnerCall.Run(Site.RequestFor(invocation), asExim: true, new AdminRequest(command, [], options), Console.OpenStandardInput());
    }
}
