using System.Globalization;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Transports;

/// <summary>The limits of one mailbox for one delivery; zero = none. Only* : an excess is counted, not refused (/no_check).</summary>
sealed record QuotaLimit(long Size, long Files, long WarnAt, bool OnlyCountsSize, bool OnlyCountsFiles)
{
    /// <summary>Throws <see cref="MailboxException"/> where an option cannot be expanded or is no number.</summary>
    public static QuotaLimit Of(QuotaOptions options, string transport, ExpansionContext context)
    {
        var (size, sizeOnly) = Number(options.Size, "quota", transport, context);
        var (files, filesOnly) = Number(options.FileCount, "quota_filecount", transport, context);
        return new(size, files, Threshold(options.WarnThreshold, size, transport, context), sizeOnly, filesOnly);
    }

    /// <summary>Null = the mailbox must be looked at.</summary>
    public static long? Told(Template? template, string option, string transport, ExpansionContext context) => template is null ? null : Number(template, option, transport, context).Value;

    static (long Value, bool OnlyCounts) Number(Template? template, string option, string transport, ExpansionContext context)
    {
        if (template is null) return (0, false);
        var text = Expand(template, option, transport, context);
        var parts = text.Split('/');
        var noCheck = parts.Skip(1).Any(p => p.TrimSpace() == "no_check");
        if (parts.Skip(1).Any(p => p.TrimSpace() != "no_check") || !TryNumber(parts[0].TrimSpace(), out var value)) throw Malformed(text, option, transport);
        return (value, noCheck);
    }

    static long Threshold(Template? template, long quota, string transport, ExpansionContext context)
    {
        if (template is null) return 0;
        var text = Expand(template, "quota_warn_threshold", transport, context).TrimSpace();
        if (!text.EndsWith('%')) return TryNumber(text, out var value) ? value : throw Malformed(text, "quota_warn_threshold", transport);
        if (!TryNumber(text[..^1].TrimSpace(), out var percent) || percent > 100) throw Malformed(text, "quota_warn_threshold", transport);
        return (long)(quota / 100.0 * percent);
    }

    static string Expand(Template template, string option, string transport, ExpansionContext context)
    {
        var expanded = template.Expand(context);
        return expanded.IsOk ? expanded.Text : throw new MailboxException(new(MailboxProblem.Taint, $"Expansion of \"{template.Source}\" ({option} for {transport} transport) failed: {expanded.Error}"));
    }

    static MailboxException Malformed(string text, string option, string transport) =>
        new(new(MailboxProblem.Taint, $"Malformed value \"{text}\" (expansion of {option} option) in {transport} transport"));

    /// <summary>A decimal fraction is allowed, and K, M or G; empty is zero, which is no limit.</summary>
    static bool TryNumber(string text, out long value)
    {
        value = 0;
        if (text.Length == 0) return true;
        var unit = AsciiCase.Upper(text[^1]) switch { 'K' => 1L << 10, 'M' => 1L << 20, 'G' => 1L << 30, _ => 1 };
        var digits = unit > 1 ? text[..^1].TrimSpaceAtEnd() : text;
        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > long.MaxValue / unit) return false;
        value = (long)(number * unit);
        return true;
    }
}
