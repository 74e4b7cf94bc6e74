using System.Collections.Immutable;

namespace ScriptMta.Routing;

/// <summary>Interprets one redirection list for one address: items into children, or into the one answer that :fail:, :defer: or :blackhole: gives for all of it.</summary>
sealed class RedirectList(RedirectOptions options, RouterVisit visit, RedirectSource source)
{
    /// <summary>:include: inside :include:; deeper means that files include each other.</summary>
    const int DeepestInclude = 10;

    readonly ImmutableArray<RoutedAddress>.Builder _children = ImmutableArray.CreateBuilder<RoutedAddress>();
    readonly RedirectChildren _make = new(options, visit, source.IsTainted);
    readonly RedirectReader _reader = new(visit);
    RouterAnswer? _whole;
    bool _blackhole;

    public RouterAnswer Interpret()
    {
        if (Read(source, 0) is { } error) return new RouterAnswer.Defer($"error in redirect {source.Kind}: {error}");
        if (_whole is { } answer) return answer;
        if (_blackhole) return new RouterAnswer.Discard(":blackhole:");
        return _children.Count == 0 ? new RouterAnswer.Decline("the redirection names nothing") : new RouterAnswer.Redirect(_children.ToImmutable());
    }

    /// <summary>Null, or what is wrong. Stops at the first item that answers for the whole list.</summary>
    string? Read(RedirectSource from, int depth)
    {
        foreach (var item in RedirectItems.Read(from.Text, visit.Dependencies.AddressRules))
        {
            if (Take(item, from, depth) is not { } error)
            {
                if (_whole is not null) return null;
                continue;
            }
            var text = error + from.Place(item.Line);
            if (!options.SkipSyntaxErrors || item is not RedirectItem.Malformed) return text;
            RoutingLog.SkippedSyntaxError(visit, text);
        }
        return null;
    }

    string? Take(RedirectItem item, RedirectSource from, int depth)
    {
        switch (item)
        {
            case RedirectItem.Malformed bad: return $"{bad.Reason} in \"{bad.Text}\"";
            case RedirectItem.Include include: return Include(include.Path, from, depth);
            case RedirectItem.Blackhole when options.ForbidBlackhole: return "\":blackhole:\" is not permitted";
            case RedirectItem.Blackhole: _blackhole = true; return null;
            case RedirectItem.Fail fail: return Fail(fail.Text);
            case RedirectItem.Defer defer: return Defer(defer.Text);
            case RedirectItem.Nothing: return null;
        }
        if (_make.Child(item, out var error) is not { } child) return error;
        _children.Add(child);
        return null;
    }

    string? Fail(string text)
    {
        if (!options.AllowFail) return $"\":fail: {text}\" is not permitted";
        _whole = new RouterAnswer.Fail(text, SmtpReply(text, '5'));
        return null;
    }

    string? Defer(string text)
    {
        if (!options.AllowDefer) return $"\":defer: {text}\" is not permitted";
        _whole = new RouterAnswer.Defer(text, SmtpReply: SmtpReply(text, '4') ?? text);
        return null;
    }

    /// <summary>Exim 22.6: the text may begin with a reply code of its kind, which then replaces the default one.</summary>
    string? SmtpReply(string text, char kind)
    {
        if (options.ForbidSmtpCode || text.Length < 4 || text[3] != ' ' || text.AsSpan(0, 3).ContainsAnyExceptInRange('0', '9')) return null;
        if (text[0] == kind) return text;
        RoutingLog.Panic(visit, $"bad first digit in reply code of \"{text}\" in {visit.Options.Name} router: {kind} expected");
        return null;
    }

    string? Include(string path, RedirectSource from, int depth)
    {
        if (options.ForbidInclude) return "included files not permitted";
        if (from.IsTainted) return $"Tainted name '{path}' for included file not permitted";
        if (!path.StartsWith('/')) return $"included file \"{path}\" is not an absolute path";
        if (options.IncludeDirectory is { } directory && !IsIn(path, directory)) return $"included file {path} is not in directory {directory}";
        if (depth >= DeepestInclude) return $"included files nest deeper than {DeepestInclude}: {path}";
        return _reader.Include(path) switch
        {
            RedirectFileAnswer.Read read => Read(new(read.Text, "file", path, IsTainted: false), depth + 1),
            RedirectFileAnswer.Absent => $"failed to open included file {path}: No such file or directory",
            RedirectFileAnswer.Refused refused => $"failed to open included file {path}: {refused.Why}",
            _ => throw new InvalidOperationException("unknown file answer"),
        };
    }

    static bool IsIn(string path, string directory) =>
        path.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal) && !path.Split('/').Contains("..");
}
