using System.Collections.Immutable;
using ScriptMta.Common.Posix;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Filtering;

namespace ScriptMta.Routing;

/// <summary>Runs an Exim filter with the file permissions of its user, and turns what it asks for into children (Exim 22.3, 47.8).</summary>
sealed class RedirectFilter(RedirectOptions options, RouterVisit visit, RedirectSource source)
{
    readonly RedirectChildren _make = new(options, visit, isTainted: false);
    readonly ImmutableArray<RoutedAddress>.Builder _children = ImmutableArray.CreateBuilder<RoutedAddress>();

    public RouterAnswer Run()
    {
        if (source.IsTainted) return Wrong("Tainted text is not permitted as a filter (use $local_part_data or $domain_data to find it)", 1);
        if (Domain(out var domainError) is var domain && domainError is not null) return new RouterAnswer.Defer(domainError);
        if (FilterProgram.Parse(source.Text, source.File ?? source.Kind, Rules(domain), out var problems) is not { } program)
            return Malformed(problems[0]);
        return RunForbidding(program) switch
        {
            FilterResult.Done done => Answer(done),
            FilterResult.Deferred deferred => Wrong(deferred.Reason, deferred.At.Line),
            FilterResult.Failed failed => Malformed(new(failed.At, failed.Error)),
            _ => throw new InvalidOperationException("unknown filter result"),
        };
    }

    string? Domain(out string? error)
    {
        error = null;
        if (options.QualifyPreserveDomain) return visit.Address.Address.Domain;
        if (options.QualifyDomain is not { } template) return null;
        var value = template.Expand(visit.Context);
        if (!value.IsOk) error = $"failed to expand \"{template.Source}\": {value.Error}";
        return value.Text;
    }

    FilterRules Rules(string? domain) => new()
    {
        AllowFail = options.AllowFail, AllowDefer = options.AllowDefer, AllowFreeze = options.AllowFreeze, PrependHome = options.FilterPrependHome,
        ForbidLogWrite = options.ForbiddenInFilters.Contains("forbid_filter_logwrite"), Addresses = visit.Dependencies.AddressRules,
        QualifyDomain = domain,
    };

    RouterAnswer.Defer Wrong(string why, int line) => new($"error in filter {source.Kind}: {why}{source.Place(line)}");

    /// <summary>Exim 22.10, skip_syntax_errors: nothing of a wrong filter is done, and the next router is asked.</summary>
    RouterAnswer Malformed(FilterProblem problem)
    {
        var wrong = Wrong(problem.Text, problem.At.Line);
        if (!options.SkipSyntaxErrors) return wrong;
        RoutingLog.SkippedSyntaxError(visit, wrong.Text);
        return new RouterAnswer.Decline(wrong.Text);
    }

    /// <summary>${dlfunc is refused everywhere, so that nothing is left for its option to forbid.</summary>
    static readonly (string Option, ForbiddenItems Items)[] ForbidOptions =
    [
        ("forbid_filter_dlfunc", ForbiddenItems.None),
        ("forbid_filter_existstest", ForbiddenItems.ExistenceTests), ("forbid_filter_lookup", ForbiddenItems.Lookups), ("forbid_filter_perl", ForbiddenItems.Perl),
        ("forbid_filter_readfile", ForbiddenItems.FileReading), ("forbid_filter_readsocket", ForbiddenItems.SocketReading), ("forbid_filter_run", ForbiddenItems.Programs),
    ];

    /// <summary>As root no filter may start programs or call Perl: file permissions can be the user's for one thread, a child process would be root's.</summary>
    FilterResult RunForbidding(FilterProgram program)
    {
        var before = visit.Context.Forbidden;
        foreach (var (option, items) in ForbidOptions)
            if (options.ForbiddenInFilters.Contains(option)) visit.Context.Forbidden |= items;
        if (Users.geteuid() == 0) visit.Context.Forbidden |= ForbiddenItems.Programs | ForbiddenItems.Perl | ForbiddenItems.BecauseRoot;
        try { return new RedirectReader(visit).AsUser(() => program.Run(visit.Context)); }
        finally { visit.Context.Forbidden = before; }
    }

    RouterAnswer Answer(FilterResult.Done done)
    {
        foreach (var action in done.Actions)
        {
            if (Take(action, out var error) is { } answer) return answer;
            if (error.Length > 0) return Wrong(error, 0);
        }
        if (_children.Count > 0) return new RouterAnswer.Redirect(_children.ToImmutable(), GoesOn: !done.IsSignificant);
        return done.IsSignificant ? new RouterAnswer.Discard("the filter finished without a delivery") : new RouterAnswer.Decline("the filter set up no significant delivery");
    }

    /// <summary>An answer for the whole address, or null and perhaps an error.</summary>
    RouterAnswer? Take(FilterAction action, out string error)
    {
        error = "";
        switch (action)
        {
            case FilterAction.Fail fail: return Ending(new RouterAnswer.Fail(fail.Text));
            case FilterAction.Freeze freeze: return Ending(new RouterAnswer.Defer(freeze.Text, Freeze: true));
            case FilterAction.Defer defer: return Ending(new RouterAnswer.Defer(defer.Text));
            case FilterAction.LogWrite write:
                error = FilterLog.Write(write, visit) ?? "";
                return null;
        }
        if (Child(action, out error) is { } child) _children.Add(action.NoError ? child with { ErrorsTo = "" } : child);
        return null;
    }

    /// <summary>fail, freeze and defer are the whole answer; deliveries that stand before them in a user's filter are lost, which is said.</summary>
    RouterAnswer Ending(RouterAnswer answer)
    {
        if (_children.Count > 0) RoutingLog.Problem(visit, $"{visit.Options.Name} router: {_children.Count} deliveries before \"fail\", \"freeze\" or \"defer\" in a filter are known but not built yet{source.Place(1)}");
        return answer;
    }

    RoutedAddress? Child(FilterAction action, out string error)
    {
        error = "";
        return action switch
        {
            FilterAction.Deliver deliver => _make.Address(deliver.Address, asIncoming: false, out error) is { } child
                ? deliver.ErrorsTo is { } errors ? child with { ErrorsTo = errors.ToString() } : child : null,
            FilterAction.Save save => _make.Generated(TargetKind.File, save.Path.Text) with { TargetIsTainted = save.Path.IsTainted, FileMode = save.Mode },
            FilterAction.Pipe pipe => _make.Generated(TargetKind.Pipe, pipe.Command) with { FilterPipe = pipe },
            FilterAction.Mail mail => _make.Generated(TargetKind.Reply, BuiltTarget(mail)) with { Reply = mail },
            _ => throw new InvalidOperationException($"{action.GetType().Name} is no action of a user's filter"),
        };
    }

    /// <summary>How logs and keys name a reply: its recipients on one line.</summary>
    static string BuiltTarget(FilterAction.Mail mail) => ScriptMta.Mail.BuiltMessage.OneLine(mail.To.Text);
}
