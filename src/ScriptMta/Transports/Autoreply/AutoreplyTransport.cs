using System.Collections.Immutable;
using System.Text;
using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;
using ScriptMta.Filtering;
using ScriptMta.Language;
using ScriptMta.Mail;

namespace ScriptMta.Transports;

/// <summary>
/// autoreply (Exim chapter 27): makes a new message and puts it into the spool. It always has the null sender, so that nothing can be answered or returned to it, and
/// goes to nobody when the original had no sender: automatic answers cannot chase one another.
/// </summary>
sealed class AutoreplyTransport : ITransport
{
    /// <summary>bounce_return_size_limit's default: what return_message sends back of the original's body.</summary>
    const long MostReturned = 100 * 1024;

    static readonly MailboxGate Gate = new();

    readonly AutoreplyOptions _options;

    public AutoreplyTransport(SettingBlock block, OptionReader reader)
    {
        Options = TransportOptions.From(block, reader, isLocal: true);
        _options = AutoreplyOptions.Read(reader);
    }

    public TransportOptions Options { get; }

    public async ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(TransportJob job, CancellationToken cancel)
    {
        var setting = JobSetting.For(job, Options);
        if (setting.Failure is { } failure) return failure;
        var context = setting.Context;
        var identity = DeliveryIdentity.Of(job, Options, context);
        if (identity.Error is { } wrong) return Outcomes.Deferred(job, wrong);
        var request = job.Recipients[0].Address.Reply is FilterAction.Mail mail ? ReplyRequest.OfFilter(mail, _options) : ReplyRequest.OfOptions(_options, Options.Name, context);
        if (request.Error is { } error) return Outcomes.Deferred(job, error);
        if (Tainted(request) is { } taint) return Outcomes.Deferred(job, taint);
        try { return await ReplyAsync(job, context, identity, request, cancel); }
        catch (IOException io) { return Outcomes.Deferred(job, $"{Options.Name} transport: {io.Message}: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(io.HResult)}", io.HResult); }
        catch (UnauthorizedAccessException denied) { return Outcomes.Deferred(job, denied.Message); }
        catch (OperationCanceledException) { return Outcomes.Deferred(job, "delivery was interrupted by shutdown", 0); }
    }

    async ValueTask<IReadOnlyList<DeliveryOutcome>> ReplyAsync(TransportJob job, ExpansionContext context, DeliveryIdentity identity, ReplyRequest request, CancellationToken cancel)
    {
        var recipients = Recipients(request, context, out var to);
        if (recipients.IsEmpty) return Outcomes.Delivered(job);
        using var turn = request.Once is { } file ? await Gate.EnterAsync(file.Text, cancel) : null;
        var now = context.Environment.Clock.GetLocalNow();
        if (request.Once is { } once && !identity.Run(() => OnceFile.MaySend(once.Text, to, request.OnceRepeat, now)))
        {
            Log(request, identity, $"{MailDate.Format(now)}\n  previously sent to {to}\n");
            return Outcomes.Delivered(job);
        }
        if (!TryFile(request, identity, context, out var fileText, out var problem)) return Outcomes.Deferred(job, problem);
        if (job.Submit is not { } submit) return Outcomes.Deferred(job, "there is no spool that could take an automatic answer");
        await SubmitAsync(job, context, request with { To = request.To with { Text = to } }, recipients, fileText, submit, cancel);
        // Recorded once the answer is safe: a crash between the two sends it again rather than never.
        if (request.Once is { } remembered) identity.Run(() => { OnceFile.Remember(remembered.Text, to, request.OnceRepeat, now, _options.Mode); return true; });
        Log(request, identity, $"{MailDate.Format(now)}\n  From: {request.From.Text}\n  To: {to}\n{Line("Cc", request.Cc)}{Line("Bcc", request.Bcc)}  Subject: {request.Subject.Text}\n{Line("Text", request.Text)}");
        return Outcomes.Delivered(job);
    }

    async ValueTask SubmitAsync(TransportJob job, ExpansionContext context, ReplyRequest request, ImmutableArray<MailAddress> recipients, string fileText, MessageSink submit, CancellationToken cancel)
    {
        var environment = context.Environment;
        var from = request.From.Text.Length > 0 ? request.From.Text : job.Recipients[0].Address.Top.Address.ToString();
        var built = AutoReply.Build(new()
        {
            Id = job.Id, Now = environment.Clock.GetLocalNow(), Host = environment.PrimaryHostname, From = from, ReplyTo = request.ReplyTo.Text, To = request.To.Text, Cc = request.Cc.Text,
            Subject = request.Subject.Text, ExtraHeaders = request.Headers.Text, Text = request.Text.Text, FileText = fileText, ReturnOriginal = request.ReturnMessage, OriginalHeaders = job.Headers,
        });
        var headers = built.Headers.Remove("Message-Id").Append(HeaderField.Create("Message-Id", $"<A{job.Id}-{Guid.NewGuid():N}@{environment.PrimaryHostname}>"));
        var body = new MemoryStream();
        body.Write(Latin1.Encode(built.Prefix));
        if (built.TakesOriginal) await AppendOriginalAsync(job, context, body, cancel);
        body.Write(Latin1.Encode(built.Suffix));
        await submit(MailAddress.Null, recipients, headers, body.ToArray(), cancel);
    }

    async ValueTask AppendOriginalAsync(TransportJob job, ExpansionContext context, MemoryStream body, CancellationToken cancel)
    {
        var headers = CopyHeaders.For(job, Options, context, job.ReturnPath);
        body.Write(Latin1.Encode(headers.Text.Replace("\n", "\r\n", StringComparison.Ordinal)));
        if (Options.HeadersOnly || job.BodyLength > MostReturned) return;
        await using var original = await job.OpenBody(cancel);
        await original.CopyToAsync(body, cancel);
    }

    /// <summary>To, Cc and Bcc without those that never_mail names; the To line keeps what is left of it.</summary>
    ImmutableArray<MailAddress> Recipients(ReplyRequest request, ExpansionContext context, out string to)
    {
        var kept = ImmutableArray.CreateBuilder<MailAddress>();
        to = request.To.Text;
        foreach (var (list, isTo) in ((string, bool)[])[(request.To.Text, true), (request.Cc.Text, false), (request.Bcc.Text, false)])
        {
            if (list.TrimSpace().Length == 0) continue;
            var all = AddressParser.ParseList(list, AddressRules.Default).ToList();
            var good = all.Where(i => i.Error is null && !IsNever(i.Address, context)).Select(i => Qualified(i.Address, context)).ToList();
            if (isTo && good.Count < all.Count) to = string.Join(", ", good);
            kept.AddRange(good);
        }
        return kept.ToImmutable();
    }

    bool IsNever(MailAddress address, ExpansionContext context) => address.IsNull || _options.NeverMail?.MatchAddress(Qualified(address, context).ToString(), context).Match.IsYes == true;

    static MailAddress Qualified(MailAddress address, ExpansionContext context) => address.IsQualified ? address : address with { Domain = context.Environment.QualifyRecipient };

    bool TryFile(ReplyRequest request, DeliveryIdentity identity, ExpansionContext context, out string text, out string problem)
    {
        (text, problem) = ("", "");
        if (request.File is not { } name) return true;
        try { text = identity.Run(() => ReadFile(name.Text)); }
        catch (IOException error)
        {
            if (_options.FileOptional) return true;
            problem = $"Failed to open file {name.Text} when sending message from {Options.Name} transport: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(error.HResult)}";
            return false;
        }
        if (!request.FileExpand) return true;
        var expanded = Template.Parse(text, SourceLocation.BuiltIn(name.Text)).Expand(context);
        text = expanded.Text;
        if (!expanded.IsOk) problem = $"Expansion of file {name.Text} failed in {Options.Name} transport: {expanded.Error}";
        return expanded.IsOk;
    }

    static string ReadFile(string path)
    {
        using var stream = new FileStream(MailFiles.OpenFile(path, MailFiles.Open.Read, 0, followLink: true), FileAccess.Read);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd();
    }

    void Log(ReplyRequest request, DeliveryIdentity identity, string text)
    {
        if (request.Log is not { } log) return;
        identity.Run(() =>
        {
            using var file = MailFiles.OpenFile(log.Text, MailFiles.Open.Write | MailFiles.Open.Append | MailFiles.Open.Create, _options.Mode);
            MailFiles.WriteAll(file, Latin1.Encode(text));
            return true;
        });
    }

    static string Line(string name, Value value) => value.Text.Length > 0 ? $"  {name}: {value.Text.TrimEnd('\n').Replace("\n", "\n  ", StringComparison.Ordinal)}\n" : "";

    string? Tainted(ReplyRequest request) =>
        (request.File is { } file ? Sinks.FileName(file, $"file for {Options.Name} transport", _options.File) : null)
        ?? (request.Log is { } log ? Sinks.FileName(log, $"logfile for {Options.Name} transport", _options.Log) : null)
        ?? (request.Once is { } once ? Sinks.FileName(once, $"once file for {Options.Name} transport", _options.Once) : null);
}
