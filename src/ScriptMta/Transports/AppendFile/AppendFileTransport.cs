using System.Globalization;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Routing;

namespace ScriptMta.Transports;

/// <summary>appendfile (Exim chapter 26): mbox files, maildirs, directories of files. An outcome of Delivered means that the bytes are on stable storage.</summary>
sealed class AppendFileTransport : ITransport
{
    static readonly MailboxGate Gate = new();

    readonly AppendFileOptions _options;

    public AppendFileTransport(SettingBlock block, OptionReader reader)
    {
        Options = TransportOptions.From(block, reader, isLocal: true) with
        {
            BatchMax = Math.Max(1, (int)reader.Int("batch_max", 1)),
        };
        _options = AppendFileOptions.From(reader);
    }

    public TransportOptions Options { get; }

    public async ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(TransportJob job, CancellationToken cancel)
    {
        var setting = JobSetting.For(job, Options);
        if (setting.Failure is { } failure) return failure;
        var context = setting.Context;
        var identity = DeliveryIdentity.Of(job, Options, context);
        if (identity.Error is { } wrong) return Outcomes.Deferred(job, wrong);
        var path = MailboxPath.Of(job, Options, _options, context, identity);
        if (path.Problem is { } problem) return problem.Outcome(job);
        if (path.Path == "/dev/null") return Outcomes.Delivered(job);
        var headers = CopyHeaders.For(job, Options, context, setting.ReturnPath);
        if (headers.Error is { } error) return Outcomes.Deferred(job, error);
        try
        {
            await WriteAsync(job, context, identity, path, headers.Text, setting.ReturnPath, cancel);
            return Outcomes.Delivered(job);
        }
        catch (MailboxException mailbox) { return mailbox.Problem.Outcome(job); }
        catch (IOException io) { return MailboxProblem.From(io, io.Message).Outcome(job); }
        catch (UnauthorizedAccessException denied) { return Outcomes.Deferred(job, denied.Message); }
        catch (OperationCanceledException) { return Outcomes.Deferred(job, "delivery was interrupted by shutdown", 0); }
    }

    /// <summary>verify = recipient/quota. Nothing is written.</summary>
    public Acl.QuotaAnswer AskQuota(PlannedDelivery plan, ExpansionContext session, long size)
    {
        var context = session.ForAddress(plan.Facts);
        var job = new TransportJob
        {
            Id = context.Message.Id ?? default, Headers = context.Message.Headers ?? new([]), BodyLength = 0, OpenBody = static _ => new(Stream.Null), Recipients = [plan], ReturnPath = "", Context = context,
        };
        var identity = DeliveryIdentity.Of(job, Options, context);
        if (identity.Error is { } wrong) return new Acl.QuotaAnswer.Unknown(wrong);
        var path = MailboxPath.Of(job, Options, _options, context, identity);
        if (path.Problem is { } problem) return new Acl.QuotaAnswer.Unknown(problem.Text);
        if (path.Path == "/dev/null") return new Acl.QuotaAnswer.Fits();
        try
        {
            identity.Run(() => QuotaOf(context, path)?.Look(path.Path, size));
            return new Acl.QuotaAnswer.Fits();
        }
        catch (MailboxException full) when (full.Problem.Errno == MailboxProblem.MtaQuota) { return new Acl.QuotaAnswer.Full(); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { return new Acl.QuotaAnswer.Unknown(error.Message); }
    }

    MailboxQuota? QuotaOf(ExpansionContext context, MailboxPath path) => path.IsDirectory
        ? MailboxQuota.ForDirectory(_options.Quota, Options.Name, context, path.Path, _options.MaildirFormat) : MailboxQuota.ForFile(_options.Quota, Options.Name, context, path.Path);

    async ValueTask WriteAsync(TransportJob job, ExpansionContext context, DeliveryIdentity identity, MailboxPath path, string headers, string returnPath, CancellationToken cancel)
    {
        var isFile = !path.IsDirectory;
        var prefix = Text(_options.Prefix, "message_prefix", context) ?? (isFile ? Separator(returnPath, context.Environment.Clock.GetLocalNow()) : "");
        var suffix = Text(_options.Suffix, "message_suffix", context) ?? (isFile ? "\n" : "");
        var form = isFile || !_options.IsFileForm ? _options.Form : _options.Form with { Check = [], Escape = [] };
        ValueTask<long> Message(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, CancellationToken token) =>
            MessageWriter.WriteAsync(job, Options, form, headers, prefix, suffix, write, token);
        if (path.IsDirectory)
        {
            var place = identity.Run(() => QuotaOf(context, path));
            if (await new MaildirDelivery(_options, Options, identity, context, path.Path, place).DeliverAsync(Message, cancel)) await WarnAsync(job, context, cancel);
            return;
        }
        // A filter's "save file mode" goes before the option (filter.txt 3.12).
        var options = job.Recipients[0].Address.FileMode is { } mode ? _options with { Mode = mode } : _options;
        using var turn = await Gate.EnterAsync(path.Path, cancel);
        var quota = QuotaOf(context, path);
        if (await new MboxDelivery(options, identity, context.Environment.PrimaryHostname, context.Environment.Clock, path.Path, quota).DeliverAsync(Message, cancel)) await WarnAsync(job, context, cancel);
    }

    /// <summary>The message stands: no failure of a warning may have it delivered again.</summary>
    async ValueTask WarnAsync(TransportJob job, ExpansionContext context, CancellationToken cancel)
    {
        try { await QuotaWarning.SendAsync(job, _options.Quota, Options.Name, context, cancel); }
        catch (Exception error) when (error is Spool.SpoolException or OperationCanceledException) { context.Environment.Log.Panic(job.Id, $"quota warning of {Options.Name} transport not sent: {error.Message}"); }
    }

    /// <summary>The "From " line of an mbox.</summary>
    public static string Separator(string returnPath, DateTimeOffset now) =>
        $"From {(returnPath.Length == 0 ? "MAILER-DAEMON" : returnPath)} {now.ToString("ddd MMM dd HH:mm:ss yyyy", CultureInfo.InvariantCulture)}\n";

    string? Text(Template? template, string option, ExpansionContext context)
    {
        if (template is null) return null;
        var expanded = template.Expand(context);
        if (expanded.IsOk) return expanded.Text;
        throw new MailboxException(new(-1, $"Expansion of \"{template.Source}\" ({option} for {Options.Name} transport) failed: {expanded.Error}"));
    }
}
