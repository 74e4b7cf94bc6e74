using ScriptMta.Common;

namespace ScriptMta.Routing;

/// <summary>The generic router options (Exim chapter 15), one immutable record per router instance.</summary>
sealed record RouterOptions
{
    public required string Name { get; init; }
    public required string Driver { get; init; }
    public required SourceLocation At { get; init; }
}
