using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Acl;

/// <summary>
/// Runs acl_smtp_mime or acl_not_smtp_mime for each part of a message (Exim 45.4): the parts of the message in their order, then those of each message inside, in the order in which
/// they were found. Only a message with a Content-Type: field has parts. The first verdict that is not "accept" is the message's. A message with more parts, or deeper ones, than
/// <see cref="MimeLimits"/> allows is refused: no rule could have seen all of it.
/// </summary>
static class MimeAcl
{
    public static async ValueTask<AclVerdict> RunAsync(AclRunner runner, AclWhere hook, MessageContent content, AclSession session, ExpansionContext context, CancellationToken cancel)
    {
        if (runner.Set.Option(hook) is null || !content.Headers.Has("Content-Type")) return AclVerdict.Accept;
        var message = context.Message;
        var walk = new MimeWalk(content);
        try
        {
            var last = 0;
            while (walk.Next() is { } step)
            {
                content.Part = step.Part;
                step.Part.SetVariables(message, step.Place);
                if (!step.Place.IsAttached) last = step.Place.Number;
                var verdict = await runner.RunAsync(hook, session, context, cancel).ConfigureAwait(false);
                if (verdict.Kind != AclVerdictKind.Accept) return verdict with { Hook = AclWhere.Mime };
            }
            message.Content["mime_part_count"] = Value.Clean(last.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return walk.Problem is { } problem ? new(AclVerdictKind.Deny, $"this message cannot be checked: {problem}", problem) { Hook = AclWhere.Mime } : AclVerdict.Accept;
        }
        finally
        {
            content.Part = null;
            CurrentPart.ClearVariables(message);
        }
    }
}
