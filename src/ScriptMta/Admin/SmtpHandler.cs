using ScriptMta.Common;
using ScriptMta.Reception;

namespace ScriptMta.Admin;

/// <summary>smtp: -bs, an SMTP session with a local caller.</summary>
sealed class SmtpHandler(AdminServices services)
{
    public async ValueTask<int> RunAsync(AdminCall call, CancellationToken cancel)
    {
        var submission = new LocalSubmission(services.Spool, services.Reception, services.Ids);
        await using var replies = new OutputStream(call.Output);
        await submission.ConverseAsync(SubmitHandler.RequestOf(call), call.Payload, replies, cancel);
        return ExitCode.Ok;
    }
}
