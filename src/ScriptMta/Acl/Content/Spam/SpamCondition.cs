using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>
/// spam = user[:true][/defer_ok] (Exim 45.2): true when the score reaches the threshold, always with ":true". "0" and "false" are no without a scan. The verdict is kept for the
/// message and the user, unless spamd_address is expanded.
/// </summary>
static class SpamCondition
{
    public static AclStep Bind(AclPartSource source) => AclArgument.Expanded(source, (run, value, cancel) => CheckAsync(run, value.Text, cancel));

    static async ValueTask<AclResult> CheckAsync(AclRun run, string argument, CancellationToken cancel)
    {
        var parts = SlashList.Split(argument);
        var names = new ListText(parts.FirstOrDefault("")).ToList();
        var user = names.FirstOrDefault("");
        if (AsciiCase.Same(user, "false") || user == "0") return AclResult.Fail;
        if (user.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0) return AclResult.Defer("the user of \"spam\" holds a control character");
        if (run.Session.Content is not { } content) return AclResult.Defer("there is no message to look into here");
        var always = names.Count > 1 && (AsciiCase.Same(names[1], "true") || names[1] == "1");
        if (await VerdictAsync(run, user, content, cancel).ConfigureAwait(false) is not { } verdict) return new(parts.Skip(1).Contains("defer_ok") ? AclResultKind.Fail : AclResultKind.Defer);
        verdict.SetVariables(run.Context.Message);
        return AclResult.Of(always || verdict.IsSpam);
    }

    static async ValueTask<SpamVerdict?> VerdictAsync(AclRun run, string user, MessageContent content, CancellationToken cancel)
    {
        var options = run.Runner.Content;
        if (content.Spam is { } kept && kept.User == user && !options.SpamdAddress.IsExpanded) return kept.Verdict;
        var verdict = await new SpamScan(options, run.Context).AskAsync(user, content, cancel).ConfigureAwait(false);
        if (verdict is not null) content.Spam = (user, verdict);
        return verdict;
    }
}
