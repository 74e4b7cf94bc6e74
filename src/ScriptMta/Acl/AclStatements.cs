using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>What a statement means: its parts in order until one is not true, then what its verb does with that (Exim 44.18, 44.20).</summary>
static class AclStatements
{
    /// <summary>What the last verification of the statement said, for whatever comes behind it; of header checks what the log is told.</summary>
    public const string VerifyMessage = "acl_verify_message";
    static readonly AclPlaces MayDiscard = AclPlaces.Only(AclWhere.Mail, AclWhere.Rcpt, AclWhere.Data, AclWhere.Mime, AclWhere.Prdr, AclWhere.NotSmtp, AclWhere.Quit, AclWhere.NotQuit);

    public static async ValueTask<AclResult> EvaluateAsync(AclRun run, AclStatement statement, CancellationToken cancel)
    {
        var result = AclResult.Ok;
        foreach (var part in statement.Parts)
        {
            result = await EvaluateAsync(run, part, cancel).ConfigureAwait(false);
            if (result.User is not null) run.UserText = result.User;
            if (result.Log is not null) run.LogText = result.Log;
            if (result.IsFinal) return result;
            if (result.Kind != AclResultKind.Ok) break;
        }
        Texts(run, statement, result.Kind);
        run.Context.Variables.Remove(VerifyMessage);
        return result;
    }

    static async ValueTask<AclResult> EvaluateAsync(AclRun run, AclPart part, CancellationToken cancel)
    {
        if (!part.Row.Places.Holds(run.Where))
            return AclResult.Error($"cannot {(part.Row.IsModifier ? "use" : "test")} {part.Row.Name} condition in {AclWhereNames.Text(run.Where)} ACL");
        var result = await part.Step(run, cancel).ConfigureAwait(false);
        if (part.Negated) result = result.Negate();
        if (!part.Row.IsModifier || result.Kind != AclResultKind.Ok)
            run.Context.Trace?.Add("condition", part.At, part.Source, result.Log is null ? Word(result.Kind) : $"{Word(result.Kind)} ({result.Log})");
        return result;
    }

    static string Word(AclResultKind kind) => kind == AclResultKind.Ok ? "yes" : kind == AclResultKind.Fail ? "no" : kind.ToString().LowerAscii();

    /// <summary>What the verb makes of the outcome; null = go on with the next statement.</summary>
    public static AclResult? Decide(AclRun run, AclStatement statement, AclResult result)
    {
        if (result.IsFinal) return result;
        if (result.Kind is AclResultKind.Error) { run.LogText = result.Log; return result; }
        if (result.Kind is AclResultKind.Defer && statement.Verb != AclVerb.Warn) return result;
        var holds = result.Kind == AclResultKind.Ok;
        if (MisplacedDiscard(run, statement.Verb, result.Kind) is { } error) return error;
        switch (statement.Verb)
        {
            case AclVerb.Accept when holds || result.Kind == AclResultKind.Discard || run.EndPassSeen: return result;
            case AclVerb.Discard when holds || result.Kind == AclResultKind.Discard: return result with { Kind = AclResultKind.Discard };
            case AclVerb.Discard when run.EndPassSeen: return result;
            case AclVerb.Defer when holds: run.TemporaryDetails = true; return result with { Kind = AclResultKind.Defer };
            case AclVerb.Deny when holds: return result with { Kind = AclResultKind.Fail };
            case AclVerb.Drop when holds: return result with { Kind = AclResultKind.Drop };
            case AclVerb.Require when !holds: return result;
            case AclVerb.Warn: AclWarnings.Note(run, result.Kind); return null;
            default: return null;
        }
    }

    /// <summary>There is nothing to discard where no message is, and what a nested ACL discards only accept and discard can pass on.</summary>
    static AclResult? MisplacedDiscard(AclRun run, AclVerb verb, AclResultKind kind)
    {
        if (verb == AclVerb.Discard && kind is AclResultKind.Ok or AclResultKind.Discard && !MayDiscard.Holds(run.Where))
        {
            run.Context.Environment.Log.Panic(run.Context.Message.Id, $"\"discard\" verb not allowed in {AclWhereNames.Text(run.Where)} ACL");
            return new(AclResultKind.Error);
        }
        if (kind != AclResultKind.Discard || verb is AclVerb.Accept or AclVerb.Discard) return null;
        run.LogText = $"nested ACL returned \"discard\" for \"{verb.ToString().LowerAscii()}\" command (only allowed with \"accept\" or \"discard\")";
        return new(AclResultKind.Error);
    }

    /// <summary>message and log_message are expanded when the outcome is the one that they speak of; while they are, $acl_verify_message is the text so far.</summary>
    static void Texts(AclRun run, AclStatement statement, AclResultKind kind)
    {
        if (!Concerns(run, statement.Verb, kind)) return;
        var (user, log) = (run.UserText, run.LogText);
        if (statement.Verb == AclVerb.Warn || (kind == AclResultKind.Ok && statement.Verb is AclVerb.Accept or AclVerb.Discard)) (run.UserText, run.LogText) = (null, null);
        if (Expand(run, run.Message, user) is { } message) run.UserText = message;
        if (Expand(run, run.LogMessage, log) is { } logMessage) run.LogText = run.LogText is null ? logMessage : $"{logMessage}: {run.LogText}";
        run.LogText ??= run.UserText;
    }

    static bool Concerns(AclRun run, AclVerb verb, AclResultKind kind) => verb switch
    {
        AclVerb.Accept or AclVerb.Discard => run.EndPassSeen ? kind is AclResultKind.Fail or AclResultKind.Drop : kind == AclResultKind.Ok,
        AclVerb.Require => kind is AclResultKind.Fail or AclResultKind.Drop,
        _ => kind == AclResultKind.Ok,
    };

    /// <summary>Null where there is no text: unset, a failed expansion (logged unless forced), or an empty result.</summary>
    static string? Expand(AclRun run, Template? template, string? soFar)
    {
        if (template is null) return null;
        run.Context.Variables[VerifyMessage] = Value.Tainted(soFar ?? "");
        var expanded = template.Expand(run.Context);
        if (expanded.Kind is ExpandedKind.Failed or ExpandedKind.Deferred)
            run.Context.Environment.Log.Panic(run.Context.Message.Id, $"failed to expand ACL message \"{template.Source}\": {expanded.Error}");
        return expanded.IsOk && expanded.Text.Length > 0 ? expanded.Text : null;
    }
}
