using ScriptMta.Admin;
using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Hosting;

namespace ScriptMta.Cli;

/// <summary>sendmail's default mode: a message from standard input into the spool.</summary>
static class SubmitCommand
{
    public static int Run(Invocation invocation)
    {
        var (site, request) = (Site.RequestFor(invocation), RequestFor(invocation));
        return AskDaemon(site, request) ?? OwnerCall.Run(site, asExim: true, request, Console.OpenStandardInput());
    }

    /// <summary>Null when no daemon runs, or the file does not say plainly where.</summary>
    static int? AskDaemon(SiteRequest site, AdminRequest request)
    {
        try { return ConfigurationLoader.SpoolDirectoryOf(site) is { } directory ? PlainCall.TryRun(directory, request, LocalSocket.StandardInput, Write) : null; }
        catch (IOException error) { throw new CommandException(ExitCode.TempFail, error.Message); }
    }

    static void Write(bool isError, byte[] bytes)
    {
        var stream = isError ? Terminal.ErrorStream : Terminal.OutputStream;
        stream.Write(bytes);
        stream.Flush();
    }

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
