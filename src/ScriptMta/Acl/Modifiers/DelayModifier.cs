using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Acl;

/// <summary>delay = time (Exim 44.21): replies that wait are sent first, unless control = no_delay_flush. Not imposed in dry runs.</summary>
static class DelayModifier
{
    /// <summary>Longer than smtp_receive_timeout of any client: more would only hold the connection.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    public static AclStep Bind(AclPartSource source) => AclArgument.Expanded(source, async (run, value, cancel) =>
    {
        if (!OptionValues.Time(value.Text.TrimSpace(), out var time)) return AclResult.Error($"syntax error in argument for \"delay\" modifier: \"{value.Text}\" is not a time value");
        if (time > Longest) time = Longest;
        run.Context.Trace?.Add("acl", source.At, $"delay {value.Text}", run.Context.DryRun ? "not imposed in a dry run" : "waited");
        if (run.Context.DryRun) return AclResult.Ok;
        if (run.Session.FlushReplies is { } flush && !run.Session.ConnectionControls.Contains("no_delay_flush")) await flush(cancel).ConfigureAwait(false);
        await Task.Delay(time, run.Context.Environment.Clock, cancel).ConfigureAwait(false);
        return AclResult.Ok;
    });
}
