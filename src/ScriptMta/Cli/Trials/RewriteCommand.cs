using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Cli;

/// <summary>-brw: how the rewriting rules would change one address, with Exim's output. What would go to the logs goes to standard error.</summary>
static class RewriteCommand
{
    public static int Run(Invocation invocation)
    {
        if (invocation.Arguments.Count == 0)
        {
            Terminal.Out("-brw needs an address argument\n");
            return ExitCode.Failure;
        }
        if (invocation.Arguments[0].Length > AddressParser.MaxLength)
            throw new CommandException(ExitCode.Failure, $"length limit exceeded ({invocation.Arguments[0].Length} > {AddressParser.MaxLength}) for: -brw");
        var configuration = Site.Load(invocation);
        using var log = new ErrorLog(configuration);
        Terminal.Out(RewriteListing.Of(invocation.Arguments[0], configuration.Router.Dependencies.Rewrite, log.NewContext()));
        return ExitCode.Ok;
    }
}
