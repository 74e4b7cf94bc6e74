using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Reception;

namespace ScriptMta.Admin;

/// <summary>submit: what sendmail does. The caller's uid is the kernel's word, not the request's.</summary>
sealed class SubmitHandler(AdminServices services)
{
    public async ValueTask<int> RunAsync(AdminCall call, CancellationToken cancel)
    {
        var submission = new LocalSubmission(services.Spool, services.Reception, services.Ids);
        var result = await submission.AcceptAsync(RequestOf(call), call.Payload, cancel);
        if (result.ErrorText.Length > 0) await call.Output.ErrorAsync($"scriptmta: {result.ErrorText.TrimSpaceAtEnd()}\n", cancel);
        if (result.Id is { } id && call.Request.Option("delivery") == "Foreground") await services.Queue.WhenAttemptedAsync(id, cancel);
        return result.ExitCode;
    }

    internal static SubmissionRequest RequestOf(AdminCall call)
    {
        var request = call.Request;
        return new SubmissionRequest
        {
            Recipients = [.. request.Arguments],
            ExtractRecipients = request.Has("extract"),
            DotIsData = request.Has("dots"),
            Sender = request.Option("sender"),
            FullName = request.Option("fullname"),
            CallerUid = call.Caller.Uid,
            CallerGid = call.Caller.Gid,
            QueueOnly = request.Option("delivery") == "QueueOnly",
            DeliversNow = request.Option("delivery") is "Background" or "Foreground" or "FirstPass",
            FirstPass = request.Option("delivery") == "FirstPass",
            Protocol = request.Option("protocol"),
            ErrorMode = request.Option("errors") is [var mode] ? mode : 'p',
            BodyType = request.Option("body"),
            DsnReturn = request.Option("ret"),
            DsnNotify = request.Option("notify"),
            DsnEnvelopeId = request.Option("envid"),
            Facts = request.Options.Where(o => o.Key.StartsWith("fact.", StringComparison.Ordinal)).ToImmutableDictionary(o => o.Key[5..], o => o.Value),
        };
    }
}
