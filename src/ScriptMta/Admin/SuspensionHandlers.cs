using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Queue;

namespace ScriptMta.Admin;

/// <summary>suspend, resume and suspended: destinations to which nothing goes until an administrator says so.</summary>
sealed class SuspensionHandlers(AdminServices services)
{
    public IEnumerable<AdminCommand> Commands() =>
    [
        new("suspend", true, SuspendAsync),
        new("resume", true, ResumeAsync),
        new("suspended", true, ListAsync),
    ];

    async ValueTask<int> SuspendAsync(AdminCall call, CancellationToken cancel)
    {
        var reason = call.Request.Option("reason")?.TrimSpace() ?? "";
        if (call.Request.Arguments is not [_, ..] || reason.Length is 0 or > Suspensions.LongestReason || reason.AsSpan().IndexOfAny('\r', '\n') >= 0)
        {
            await call.Output.ErrorAsync($"scriptmta: suspend needs a destination (a domain or the name of a host, with * and ?) and a reason of one line and at most {Suspensions.LongestReason} characters\n", cancel);
            return ExitCode.Usage;
        }
        foreach (var destination in call.Request.Arguments)
        {
            services.Queue.Suspend(destination.LowerAscii(), reason, ByOf(call));
            await call.Output.OutAsync($"{destination} is suspended: {reason}\n", cancel);
        }
        return ExitCode.Ok;
    }

    async ValueTask<int> ResumeAsync(AdminCall call, CancellationToken cancel)
    {
        var status = ExitCode.Ok;
        foreach (var destination in call.Request.Arguments)
            if (services.Queue.Resume(destination.LowerAscii(), ByOf(call))) await call.Output.OutAsync($"{destination} is resumed\n", cancel);
            else
            {
                await call.Output.ErrorAsync($"scriptmta: {destination} is not suspended\n", cancel);
                status = ExitCode.Failure;
            }
        return status;
    }

    async ValueTask<int> ListAsync(AdminCall call, CancellationToken cancel)
    {
        foreach (var one in services.Queue.Suspended())
            await call.Output.OutAsync($"{one.Pattern}\t{one.Since.ToLocalTime():yyyy-MM-dd HH:mm:ss}\t{one.By}\t{one.Reason}\n", cancel);
        return ExitCode.Ok;
    }

    static string ByOf(AdminCall call) => Users.ByUid(call.Caller.Uid)?.Name ?? call.Caller.Uid.ToString();
}
