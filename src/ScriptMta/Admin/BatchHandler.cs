using ScriptMta.Reception;

namespace ScriptMta.Admin;

/// <summary>batch: -bS, messages whose envelopes are SMTP commands.</summary>
sealed class BatchHandler(AdminServices services)
{
    public async ValueTask<int> RunAsync(AdminCall call, CancellationToken cancel)
    {
        var result = await new BatchSubmission(services.Spool, services.Reception(), services.Ids, SubmitHandler.RequestOf(call)).RunAsync(call.Payload, cancel);
        if (result.Error is null) return result.ExitCode;
        await call.Output.OutAsync(result.Report, cancel);
        await call.Output.ErrorAsync(result.Explanation, cancel);
        return result.ExitCode;
    }
}
