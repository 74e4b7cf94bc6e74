using ScriptMta.Admin;

namespace ScriptMta.Cli;

/// <summary>sendmail's default mode: a message from standard input into the spool.</summary>
static class SubmitCommand
{
    public static int Run(Invocation invocation) =>
        OwnerCall.Run(Site.RequestFor(invocation), asExim: true, RequestFor(invocation), Console.OpenStandardInput());

    internal static AdminRequest RequestFor(Invocation invocation)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["delivery"] = invocation.Delivery.ToString(),
            ["errors"] = invocation.ErrorMode.ToString(),
        };
        void Set(string name, string? value) { if (value is not null) options[name] = value; }
        Set("sender", invocation.Sender);
        Set("fullname", invocation.FullName);
        Set("body", invocation.BodyType);
        Set("ret", invocation.DsnReturn);
        Set("notify", invocation.DsnNotify);
        Set("envid", invocation.DsnEnvelopeId);
        Set("protocol", invocation.Protocol);
        if (invocation.ExtractRecipients) options["extract"] = "";
        if (invocation.DotIsData) options["dots"] = "";
        foreach (var (name, value) in invocation.MessageFacts) options["fact." + name] = value;
        return new AdminRequest("submit", invocation.Arguments, options);
    }
}
