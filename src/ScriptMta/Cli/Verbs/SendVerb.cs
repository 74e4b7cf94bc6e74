using System.CommandLine;
using ScriptMta.Common;

namespace ScriptMta.Cli;

/// <summary>send: a message file to recipients, as sendmail does but with options that can be read.</summary>
static class SendVerb
{
    public static Command Build()
    {
        var shared = new SharedOptions();
        var recipients = new Argument<string[]>("recipient") { Description = "Whom to send to; none: those in To, Cc and Bcc", Arity = ArgumentArity.ZeroOrMore };
        var from = new Option<string?>("--from", "-f") { Description = "The envelope sender" };
        var message = new Option<string?>("--message", "-m") { Description = "The message file (default: standard input)" };
        var wait = new Option<bool>("--wait") { Description = "Return only when the first delivery attempt is over" };
        var command = new Command("send", "Submit a message. Example: scriptmta send --message problem.eml support@example.com") { recipients, from, message, wait };
        shared.AddTo(command, json: false);
        command.SetAction(result =>
        {
            var invocation = new Invocation { DotIsData = true, Sender = SharedOptions.Bytes(result.GetValue(from)), Delivery = result.GetValue(wait) ? DeliveryMode.Foreground : DeliveryMode.Usual };
            invocation.Arguments.AddRange((result.GetValue(recipients) ?? []).Select(Latin1.FromUnicode));
            invocation.ExtractRecipients = invocation.Arguments.Count == 0;
            using var input = Open(result.GetValue(message));
            return OwnerCall.Run(shared.Site(result), asExim: false, SubmitCommand.RequestFor(invocation), input);
        });
        return command;
    }

    static Stream Open(string? file)
    {
        if (file is null) return Console.OpenStandardInput();
        try { return File.OpenRead(file); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.NoInput, error.Message);
        }
    }
}
