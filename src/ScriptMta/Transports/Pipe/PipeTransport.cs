using System.Collections.Frozen;
using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Routing;

namespace ScriptMta.Transports;

/// <summary>pipe (Exim chapter 29): hands a message to a command; how the command exits decides what becomes of the recipient.</summary>
sealed class PipeTransport : ITransport
{
    const string DefaultPath = "/bin:/usr/bin";

    readonly PipeOptions _options;

    public PipeTransport(SettingBlock block, OptionReader reader)
    {
        Options = TransportOptions.From(block, reader, isLocal: true) with
        {
            BatchMax = Math.Max(1, (int)reader.Int("batch_max", 1)),
        };
        _options = PipeOptions.From(reader);
    }

    public TransportOptions Options { get; }

    public async ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(TransportJob job, CancellationToken cancel)
    {
        var setting = JobSetting.For(job, Options);
        if (setting.Failure is { } failure) return failure;
        var context = setting.Context;
        var identity = DeliveryIdentity.Of(job, Options, context);
        if (identity.Error is { } wrong) return Outcomes.Deferred(job, wrong);
        if (!TryTexts(context, setting.ReturnPath, out var texts, out var textError)) return Outcomes.Deferred(job, textError);
        var command = Command(job, context, texts);
        if (command.Error is { } error) return command.Defer ? Outcomes.Deferred(job, error, 0) : Outcomes.Failed(job, error, "");
        if (CannotRun(command.Arguments[0])) return Judge(job, new(127, 0, "", false, false, null), command);
        var headers = CopyHeaders.For(job, Options, context, setting.ReturnPath);
        if (headers.Error is { } headerError) return Outcomes.Deferred(job, headerError);
        var process = new PipeProcess([.. identity.CommandPrefix, .. command.Arguments], PipeEnvironment.Of(job, setting.ReturnPath, context, identity, texts.Path, texts.Environment),
            identity.Directory ?? identity.Home?.Text ?? "/", _options, context.Environment.Clock);
        try
        {
            var result = await process.RunAsync((write, token) =>
                MessageWriter.WriteAsync(job, Options, _options.Form, headers.Text, texts.Prefix, texts.Suffix, write, token), cancel);
            LogOutput(job, context, result);
            return Judge(job, result, command);
        }
        catch (IOException io) { return Outcomes.Deferred(job, $"message could not be read for {Options.Name} transport: {io.Message}"); }
        catch (OperationCanceledException) { return Outcomes.Deferred(job, "delivery was interrupted by shutdown", 0); }
    }

    readonly record struct Texts(string Prefix, string Suffix, string Path, string Environment, IReadOnlyList<string>? Allowed);

    bool TryTexts(ExpansionContext context, string returnPath, out Texts texts, out string error)
    {
        var problem = "";
        string Expand(Template? template, string option, string otherwise)
        {
            if (template is null) return otherwise;
            var expanded = template.Expand(context);
            if (expanded.IsOk) return expanded.Text;
            problem = $"Expansion of \"{template.Source}\" ({option} for {Options.Name} transport) failed: {expanded.Error}";
            return "";
        }
        texts = new(Expand(_options.Prefix, "message_prefix", AppendFileTransport.Separator(returnPath, context.Environment.Clock.GetLocalNow())),
            Expand(_options.Suffix, "message_suffix", "\n"), Expand(_options.Path, "path", DefaultPath), Expand(_options.Environment, "environment", ""),
            _options.AllowCommands is null ? null : new Expansion.ListText(Expand(_options.AllowCommands, "allow_commands", "")).ToList());
        error = problem;
        return problem.Length == 0;
    }

    PipeCommand Command(TransportJob job, ExpansionContext context, Texts texts)
    {
        var target = job.Recipients[0].Address;
        var generated = target.Kind == TargetKind.Pipe && !_options.ForceCommand;
        var text = generated ? target.Target : _options.Command?.Text ?? "";
        if (target is { Kind: TargetKind.Pipe, TargetIsTainted: true }) return new([], $"Tainted '{target.Target}' (command for {Options.Name} transport) not permitted", Defer: true);
        // A filter's command is expanded after splitting, with the captures of the moment at which the filter named it (filter.txt 3.13).
        if (generated && target.FilterPipe is { } filter)
        {
            context.Captures = [.. filter.Captures];
            context.Variables["thisaddress"] = filter.ThisAddress;
            generated = false;
        }
        if (_options.UseShell) return Shell(text, generated, context);
        var command = PipeCommand.Parse(text, expand: !generated, job, Options.Name, context);
        return command.Error is null ? command.Located(_options, texts.Path, texts.Allowed, Options.Name) : command;
    }

    PipeCommand Shell(string text, bool generated, ExpansionContext context)
    {
        if (generated) return new(["/bin/sh", "-c", text]);
        var template = Template.Parse(text, _options.Command?.At ?? Options.At);
        var expanded = template.Expand(context);
        if (!expanded.IsOk) return new([], $"Expansion of command \"{text}\" in {Options.Name} transport failed: {expanded.Error}", Defer: true);
        return Sinks.Command(expanded.Value, $"command for {Options.Name} transport", template) is { } taint ? new([], taint) : new(["/bin/sh", "-c", expanded.Text]);
    }

    /// <summary>Found out before the wrapper runs, whose own messages would be taken for the command's.</summary>
    static bool CannotRun(string program)
    {
        if (!program.StartsWith('/')) return false;
        return MailFiles.Status(program, followLink: true) is not { Kind: MailFileKind.Regular } file || (file.Mode & 0x49) == 0;
    }

    IReadOnlyList<DeliveryOutcome> Judge(TransportJob job, PipeResult result, PipeCommand command)
    {
        var text = string.Join(' ', command.Arguments.Select(a => a.Contains(' ') ? $"\"{a}\"" : a));
        if (result.StartError is { } start) return Outcomes.Deferred(job, $"Failed to create child process for {Options.Name} transport: {start}");
        if (result.TimedOut) return _options.TimeoutDefer ? Outcomes.Deferred(job, "pipe delivery process timed out", 110) : Outcomes.Failed(job, "pipe delivery process timed out", "local delivery failed");
        if (result.TooMuchOutput) return Outcomes.Failed(job, $"Too much output from the {Options.Name} transport command (more than {_options.MaxOutput} bytes): killed", "local delivery failed", Returned(job, result));
        var status = _options.IgnoreStatus ? 0 : result.Status;
        if (result.Signal > 0 && !_options.IgnoreStatus)
        {
            var killed = $"Child process of {Options.Name} transport (running command \"{text}\") was terminated by signal {result.Signal} ({SignalName(result.Signal)})";
            return _options.FreezeSignal ? Outcomes.Deferred(job, killed, 0, freeze: true) : Outcomes.Failed(job, killed, "local delivery failed", Returned(job, result));
        }
        var returned = _options.ReturnOutput ? Returned(job, result) : null;
        if (status == 0) return returned is null ? Outcomes.Delivered(job) : Outcomes.Failed(job, "return message generated", "", returned);
        var reason = $"Child process of {Options.Name} transport returned {status}{Meaning(status)} from command: {command.Arguments[0]}";
        if (returned is not null) return Outcomes.Failed(job, reason, "local delivery failed", returned);
        if (status is 126 or 127 && _options.FreezeExecFail) return Outcomes.Deferred(job, $"pipe process failed to exec \"{text}\": {reason}", 0, freeze: true);
        if (_options.TempErrors is null || _options.TempErrors.Contains(status)) return Outcomes.Deferred(job, reason, 0);
        return Outcomes.Failed(job, reason, "local delivery failed", _options.ReturnFailOutput ? Returned(job, result) : null);
    }

    /// <summary>Null when there is nothing to send back: no output, or a message without a sender.</summary>
    string? Returned(TransportJob job, PipeResult result) =>
        (_options.ReturnOutput || _options.ReturnFailOutput) && result.Output.Length > 0 && job.ReturnPath.Length > 0 ? result.Output : null;

    void LogOutput(TransportJob job, ExpansionContext context, PipeResult result)
    {
        var status = _options.IgnoreStatus ? 0 : result.Status;
        var deferred = status != 0 && (_options.TempErrors is null || _options.TempErrors.Contains(status));
        if (result.Output.Length == 0 || !(_options.LogOutput || _options.LogDeferOutput && deferred || _options.LogFailOutput && status != 0 && !deferred)) return;
        var line = result.Output.Split('\n')[0].TrimSpaceAtEnd();
        context.Environment.Log.Main(job.Id, $"<{job.Recipients[0].Address.Address}>: {Options.Name} transport output: {line}");
    }

    static string SignalName(int signal) => Signals.TryGetValue(signal, out var name) ? name : "Unknown signal";

    static readonly FrozenDictionary<int, string> Signals = new Dictionary<int, string>
    {
        [1] = "Hangup", [2] = "Interrupt", [3] = "Quit", [4] = "Illegal instruction", [6] = "Aborted", [8] = "Floating point exception", [9] = "Killed",
        [11] = "Segmentation fault", [13] = "Broken pipe", [14] = "Alarm clock", [15] = "Terminated",
    }.ToFrozenDictionary();

    /// <summary>sysexits.h, and what a shell returns.</summary>
    static string Meaning(int status) => Meanings.TryGetValue(status, out var meaning) ? $" (could mean {meaning})" : "";

    static readonly FrozenDictionary<int, string> Meanings = new Dictionary<int, string>
    {
        [ExitCode.Usage] = "usage or syntax error", [ExitCode.DataError] = "error in input data", [ExitCode.NoInput] = "cannot open input", [ExitCode.NoUser] = "unknown user",
        [ExitCode.NoHost] = "unknown host", [ExitCode.Unavailable] = "service or program unavailable", [ExitCode.Software] = "internal software error", [ExitCode.OsError] = "internal operating system error",
        [72] = "system file missing", [ExitCode.CannotCreate] = "can't create output file", [ExitCode.IoError] = "input/output error", [ExitCode.TempFail] = "temporary error",
        [76] = "remote protocol error", [ExitCode.NoPermission] = "permission denied", [ExitCode.Configuration] = "local configuration error", [126] = "unable to execute command",
        [127] = "unable to exec or command does not exist",
    }.ToFrozenDictionary();
}
