using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Acl;

/// <summary>The callout_… options of the main section (Exim 44.48): how long results are remembered, and what the random local part is.</summary>
sealed record CalloutSettings
{
    public TimeSpan PositiveExpire { get; init; } = TimeSpan.FromDays(1);
    public TimeSpan NegativeExpire { get; init; } = TimeSpan.FromHours(2);
    public TimeSpan DomainPositiveExpire { get; init; } = TimeSpan.FromDays(7);
    public TimeSpan DomainNegativeExpire { get; init; } = TimeSpan.FromHours(3);
    public Template RandomLocalPart { get; init; } = Template.Parse("$primary_hostname-$tod_epoch-testing", Common.SourceLocation.BuiltIn("callout_random_local_part"));

    public static readonly CalloutSettings Default = new();

    public static CalloutSettings From(OptionReader main) => new()
    {
        PositiveExpire = main.Time("callout_positive_expire", Default.PositiveExpire), NegativeExpire = main.Time("callout_negative_expire", Default.NegativeExpire),
        DomainPositiveExpire = main.Time("callout_domain_positive_expire", Default.DomainPositiveExpire), DomainNegativeExpire = main.Time("callout_domain_negative_expire", Default.DomainNegativeExpire),
        RandomLocalPart = main.Template("callout_random_local_part") ?? Default.RandomLocalPart,
    };
}
