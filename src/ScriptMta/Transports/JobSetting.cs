using System.Globalization;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Transports;

/// <summary>
/// What every driver works out before it does anything: the context of the job's first recipient, the return path, the size limit. Failure is
/// the outcome for all recipients when something could not be expanded or the message is too big; null = go on.
/// </summary>
readonly record struct JobSetting(ExpansionContext Context, string ReturnPath, IReadOnlyList<DeliveryOutcome>? Failure)
{
    public static JobSetting For(TransportJob job, TransportOptions options)
    {
        var facts = job.Recipients[0].Facts;
        facts.TransportName = options.Name;
        var context = job.Context.ForAddress(facts);
        context.Message.ReturnPath = job.ReturnPath;
        if (options.DebugPrint is { } print && context.Trace is { } trace) trace.Add("transport", print.At, "debug_print", print.Expand(context) is { IsOk: true } shown ? shown.Text : print.Source);
        var returnPath = job.ReturnPath;
        if (options.ReturnPath is { } template)
        {
            var expanded = template.Expand(context);
            if (expanded.IsOk) returnPath = context.Message.ReturnPath = expanded.Text;
            else if (expanded.Kind != ExpandedKind.ForcedFail)
                return new(context, returnPath, Outcomes.Deferred(job, $"Failed to expand return path \"{template.Source}\": {expanded.Error}"));
        }
        return new(context, returnPath, SizeFailure(job, options, context));
    }

    static IReadOnlyList<DeliveryOutcome>? SizeFailure(TransportJob job, TransportOptions options, ExpansionContext context)
    {
        if (options.MessageSizeLimit is not { } template) return null;
        var expanded = template.Expand(context);
        if (!expanded.IsOk) return Outcomes.Deferred(job, $"failed to expand message_size_limit in {options.Name} transport: {expanded.Error}");
        if (!TrySize(expanded.Text.TrimSpace(), out var limit))
            return Outcomes.Deferred(job, $"failed to expand message_size_limit in {options.Name} transport: {expanded.Text} is not a size");
        if (limit <= 0 || context.Message.Size <= limit) return null;
        return Outcomes.Failed(job, $"message is too big (transport limit = {limit})", status: "5.3.4");
    }

    static bool TrySize(string text, out long size)
    {
        var unit = text.Length == 0 ? 1 : AsciiCase.Upper(text[^1]) switch { 'K' => 1L << 10, 'M' => 1L << 20, 'G' => 1L << 30, _ => 1 };
        var digits = unit > 1 ? text[..^1] : text;
        var ok = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size <= long.MaxValue / unit;
        size *= unit;
        return ok;
    }
}

/// <summary>The same outcome for every recipient of a job.</summary>
static class Outcomes
{
    /// <summary>The retry-rule error name of failures that no rule names: only "*" matches it.</summary>
    public const string Local = "local";

    public static IReadOnlyList<DeliveryOutcome> Delivered(TransportJob job, string fields = "") =>
        [.. job.Recipients.Select(r => new DeliveryOutcome.Delivered(r, fields))];

    public static IReadOnlyList<DeliveryOutcome> Deferred(TransportJob job, string text, int errno = -1, string error = Local, bool freeze = false) =>
        [.. job.Recipients.Select(r => new DeliveryOutcome.Deferred(r, error, text) { Errno = errno, Freeze = freeze })];

    public static IReadOnlyList<DeliveryOutcome> Failed(TransportJob job, string text, string? senderText = null, string? output = null, string status = "5.0.0") =>
        [.. job.Recipients.Select(r => new DeliveryOutcome.Failed(r, text, Status: status) { SenderText = senderText, Output = output })];
}
