using System.Collections.Immutable;
using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;
using ScriptMta.Hosting;
using ScriptMta.Mail;
using ScriptMta.Reception;
using ScriptMta.Routing;

namespace ScriptMta.Cli;

/// <summary>What -be, -bem and -bf look at: the caller, and perhaps a message as if the caller had submitted it (Exim chapter 5).</summary>
sealed class Trial
{
    readonly ReceptionRules _rules;
    readonly SubmissionRequest _request;
    readonly LocalCaller _caller;

    public Trial(LoadedConfiguration configuration, Invocation invocation, bool dryRun)
    {
        _rules = configuration.Reception;
        _request = new()
        {
            Sender = invocation.Sender, FullName = invocation.FullName, Protocol = invocation.Protocol, Facts = invocation.MessageFacts.ToImmutableDictionary(),
            CallerUid = Users.getuid(), CallerGid = Users.getgid(),
        };
        _caller = LocalCaller.Of(_request, _rules);
        Context = configuration.NewContext(dryRun);
        Context.Connection = LocalFacts.Of(_request, _caller, protocol: "");
        Context.Message.AuthenticatedSender = _caller.AuthenticatedSender(_request, _rules.Environment);
        Context.Message.Sender = SenderOf(_request.Sender);
    }

    public ExpansionContext Context { get; }

    public static string Read(string file)
    {
        try { return Latin1.Decode(File.ReadAllBytes(Latin1.ToUnicode(file))); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failure, $"failed to open {file}: {(error is FileNotFoundException or DirectoryNotFoundException ? "No such file or directory" : error.Message)}");
        }
    }

    /// <summary>Prints what Exim does: that the sender was found in a "From " line, and that there is no header.</summary>
    public void Submit(string text)
    {
        var message = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        var first = message.Split('\n', 2)[0];
        if (HeaderParser.IsMboxLine(first))
        {
            message = message[Math.Min(first.Length + 1, message.Length)..];
            if (_request.Sender is null && first.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1) is { } named)
            {
                Context.Message.Sender = SenderOf(named);
                Terminal.Out("Sender taken from \"From \" line\n");
            }
        }
        new MessageFile(message, sender: null).Fill(Context);
        if (Context.Message.Headers is not { Fields.Length: > 0 }) Terminal.Out("Warning: no message headers read\n");
        AddFields();
        (Context.Message.Size, Context.Message.LineCount) = (text.Length, text.Count(c => c == '\n'));
    }

    /// <summary>What reception adds. Exim gives the message an id and a Received field as well, but shows the id only.</summary>
    void AddFields()
    {
        var message = Context.Message;
        var origin = MessageOrigin.OfCaller(_caller, _request, message.Sender ?? MailAddress.Null, new AclSession(), _rules.Environment);
        message.Id = new MessageIdSource(_rules.Environment.Clock, Environment.ProcessId).Next();
        var rewriter = new HeaderRewriter(_rules.Router.Dependencies.Rewrite, Context) { CompletesSenders = true, CompletesRecipients = true };
        message.Headers = HeaderFixups.Apply(message.Headers ?? HeaderSection.Empty, origin, _rules.Options, Context, message.Id.Value, rewriter.Apply);
    }

    MailAddress SenderOf(string? given) =>
        LocalEnvelope.TrySender(given, _caller, _rules, Context, out var sender, out var error) ? sender : throw new CommandException(ExitCode.Failure, error);
}
