using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Routing;

namespace ScriptMta.Transports;

/// <summary>multi_domain: always, never, or as its expansion says for each address (Exim 30.4). An expansion that is no truth value keeps the domain by itself, which is the choice that cannot be wrong.</summary>
sealed class MultiDomainChoice
{
    public static readonly MultiDomainChoice Never = new(false, null);
    public static readonly MultiDomainChoice Always = new(true, null);

    readonly bool _always;
    readonly Template? _template;

    MultiDomainChoice(bool always, Template? template) => (_always, _template) = (always, template);

    public static MultiDomainChoice From(OptionReader reader)
    {
        if (reader.Text("multi_domain") is { } text && text.Text.Contains('$')) return new(false, reader.Template("multi_domain"));
        return reader.Bool("multi_domain", true) ? Always : Never;
    }

    /// <param name="context">Made only where it is needed.</param>
    public bool MayMix(PlannedDelivery delivery, Func<ExpansionContext> context)
    {
        if (_template is null) return _always;
        var expanded = _template.Expand(context().ForAddress(delivery.Facts));
        return expanded.IsOk && AsciiCase.Lower(expanded.Text.TrimSpace()) is "true" or "yes" or "1";
    }
}
