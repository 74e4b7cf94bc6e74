using System.Text.RegularExpressions;

namespace ScriptMta.Routing;

/// <summary>Driver redirect (Exim chapter 22): aliases and .forward files, as lists or filters.</summary>
sealed partial class RedirectRouter(RouterOptions options, RedirectOptions redirect) : IRouter
{
    public RouterOptions Options { get; } = options;

    /// <summary>The data option as written.</summary>
    public string? DataSource => redirect.Data?.Source;

    public ValueTask<RouterAnswer> RouteAsync(RouterVisit visit, CancellationToken cancel)
    {
        if (RedirectText.Get(redirect, visit, out var instead) is not { } source) return new(instead);
        return new(FilterMark().Match(source.Text) is { Success: true } mark
            ? Filtered(mark.Groups[1].Value.Equals("exim", StringComparison.OrdinalIgnoreCase), source, visit)
            : new RedirectList(redirect, visit, source).Interpret());
    }

    RouterAnswer Filtered(bool isExim, RedirectSource source, RouterVisit visit)
    {
        if (!redirect.AllowFilter) return Refused(source, "filtering not enabled");
        if (isExim) return redirect.ForbidEximFilter ? Refused(source, "Exim filtering not enabled") : new RedirectFilter(redirect, visit, source).Run();
        return redirect.ForbidSieveFilter
            ? Refused(source, "Sieve filtering not enabled")
            : Refused(source, "Sieve filters are known but not built yet; use an Exim filter");
    }

    static RouterAnswer.Defer Refused(RedirectSource source, string why) => new($"error in filter {source.Kind}: {why}{source.Place(1)}");

    /// <summary>Exim 22.3: the words at the very beginning make the text a filter.</summary>
    [GeneratedRegex(@"\A#\s*(exim|sieve)\s+filter", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FilterMark();
}
