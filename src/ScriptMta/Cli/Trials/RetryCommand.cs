using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Queue;

namespace ScriptMta.Cli;

/// <summary>-brt: which retry rule counts for an address or domain, perhaps another domain, and an error; -f gives the sender. Exim's output and statuses.</summary>
static class RetryCommand
{
    public static int Run(Invocation invocation)
    {
        var configuration = Site.Load(invocation);
        if (invocation.Arguments.Count == 0)
        {
            Terminal.Out("-brt needs a domain or address argument\n");
            return ExitCode.Failure;
        }
        CheckLengths(invocation.Arguments);
        using var log = new ErrorLog(configuration);
        var (text, good) = RetryListing.Of(invocation.Arguments, invocation.Sender is "<>" ? "" : invocation.Sender, configuration.Queue.Retry, log.NewContext());
        Terminal.Out(text);
        return good ? ExitCode.Ok : ExitCode.Failure;
    }

    /// <summary>Exim's own limits for its arguments.</summary>
    static void CheckLengths(List<string> arguments)
    {
        var isDomain = arguments.Count > 1 && arguments[1].Contains('.');
        Check(0, AddressParser.MaxLength, "-brt");
        if (isDomain) Check(1, 255, "-brt 2nd");
        Check(isDomain ? 2 : 1, 64, "-brt 3rd");

        void Check(int place, int most, string what)
        {
            if (arguments.Count > place && arguments[place].Length > most)
                throw new CommandException(ExitCode.Failure, $"length limit exceeded ({arguments[place].Length} > {most}) for: {what}");
        }
    }
}
