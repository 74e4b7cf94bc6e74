using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>
/// Evaluates what a router adds to an address that it takes, in Exim's order (chapter 15): errors_to, headers_add, headers_remove, transport, then user,
/// group and directories; and makes delivery plans and children from it.
/// </summary>
sealed class DeliveryPlanner(RoutingRun run, RouterVisit visit)
{
    string? _errorsTo;
    ImmutableArray<HeaderField> _headersAdd = [];
    ImmutableArray<string> _headersRemove = [];
    DeliveryUser? _user;
    Value? _home;
    string? _current;

    RouterOptions Options => visit.Options;

    /// <summary>Null when all went well, else why the address must wait.</summary>
    public async ValueTask<string?> PrepareAsync(RoutedAddress taken, CancellationToken cancel)
    {
        _errorsTo = taken.ErrorsTo;
        return await ErrorsToAsync(cancel).ConfigureAwait(false)
            ?? (visit.IsVerifying ? null : HeadersAdd(taken) ?? HeadersRemove(taken)) ?? User() ?? Directories();
    }

    async ValueTask<string?> ErrorsToAsync(CancellationToken cancel)
    {
        if (Options.ErrorsTo is not { } template) return null;
        var value = template.Expand(visit.Context);
        if (value.Kind == ExpandedKind.ForcedFail) return null;
        if (!value.IsOk) return $"{Options.Name} router failed to expand \"{template.Source}\": {value.Error}";
        var text = value.Text.TrimSpace();
        if (text is "" or "<>") _errorsTo = "";
        else if (AddressParser.TryParseOne(text, visit.Dependencies.AddressRules, out var parsed, out _)
            && (run.Purpose != RoutingPurpose.Delivery || await Verifies(parsed.Address, cancel).ConfigureAwait(false)))
            _errorsTo = parsed.Address.ToString();
        return null;
    }

    /// <summary>Exim 15: an errors_to that does not verify is not used. It is verified as a recipient, from the null sender.</summary>
    async ValueTask<bool> Verifies(MailAddress address, CancellationToken cancel)
    {
        var context = new ExpansionContext { Environment = visit.Context.Environment, Connection = visit.Context.Connection, DryRun = visit.Context.DryRun };
        context.Message.Sender = MailAddress.Null;
        return await run.Router.VerifyAsync(address, context, RoutingPurpose.VerifyRecipient, cancel).ConfigureAwait(false) is VerifyOutcome.Verified;
    }

    string? HeadersAdd(RoutedAddress taken)
    {
        var fields = taken.HeadersAdd.ToBuilder();
        foreach (var item in Options.HeadersAdd)
        {
            var value = item.Expand(visit.Context);
            if (value.Kind == ExpandedKind.ForcedFail) continue;
            if (!value.IsOk) return $"{Options.Name} router failed to expand add_headers item \"{item.Source}\": {value.Error}";
            fields.AddRange(HeaderText.Fields(value.Text));
        }
        _headersAdd = fields.ToImmutable();
        return null;
    }

    string? HeadersRemove(RoutedAddress taken)
    {
        var names = taken.HeadersRemove.ToBuilder();
        foreach (var item in Options.HeadersRemove)
        {
            var value = item.Expand(visit.Context);
            if (value.Kind == ExpandedKind.ForcedFail || value is { IsOk: true, Text.Length: 0 }) continue;
            if (!value.IsOk) return $"{Options.Name} router failed to expand remove_headers item \"{item.Source}\": {value.Error}";
            names.Add(value.Text.TrimSpace());
        }
        _headersRemove = names.ToImmutable();
        return null;
    }

    string? User()
    {
        var account = visit.LocalUser;
        var (uid, gid, name) = (account?.Uid, account?.Gid, account?.Name);
        if (Options.User is { } user)
        {
            if (Expand(user, "user", out var text) is { } problem) return problem;
            if (Identity.User(text, visit.Dependencies) is not { } found) return NotFound("user", text, user);
            (uid, gid, name) = (found.Uid, found.Gid ?? gid, found.Name);
        }
        if (Options.Group is { } group)
        {
            if (Expand(group, "group", out var text) is { } problem) return problem;
            if (Identity.Group(text, visit.Dependencies) is not { } found) return NotFound("group", text, group);
            gid = found;
        }
        if (uid is { } known && gid is { } itsGroup) _user = new(known, itsGroup, name, Options.InitGroups);
        else if (uid is not null) return $"user set without group for {Options.Name} router";
        return null;
    }

    string? Expand(Template template, string what, out string text)
    {
        var value = template.Expand(visit.Context);
        text = value.Text;
        return value.IsOk ? null : $"Failed to expand {what} string \"{template.Source}\" for the {Options.Name} router: {value.Error}";
    }

    string NotFound(string what, string text, Template template) =>
        template.IsConstant
            ? $"Failed to find {what} \"{text}\" for the {Options.Name} router"
            : $"Failed to find {what} \"{text}\" from expanded string \"{template.Source}\" for the {Options.Name} router";

    /// <summary>Exim expands these when the delivery runs, so a test of an address does not.</summary>
    string? Directories()
    {
        _home = visit.LocalUser is { } user ? Value.Clean(user.Home) : visit.Facts.Home;
        if (run.Purpose != RoutingPurpose.Delivery) return null;
        Value? current = null;
        var error = Directory(Options.TransportHome, "transport_home_directory", ref _home) ?? Directory(Options.TransportCurrent, "transport_current_directory", ref current);
        _current = current?.Text;
        return error;
    }

    string? Directory(Template? template, string option, ref Value? directory)
    {
        if (template is null) return null;
        var value = template.Expand(visit.Context);
        if (!value.IsOk) return $"failed to expand \"{template.Source}\" for {option} of {Options.Name} router: {value.Error}";
        directory = value.Value;
        return null;
    }

    /// <summary>The transport's name, or null and why the address must wait. Verifying needs none: an empty name.</summary>
    public string? Transport(string? chosen, out string problem)
    {
        problem = "";
        if (chosen is not null) return Known(chosen, out problem);
        if (Options.Transport is not { } template)
        {
            if (visit.IsVerifying) return "";
            problem = "error in router: transport missing";
            RoutingLog.Problem(visit, $"Error in {Options.Name} router: no transport defined");
            return null;
        }
        return TransportOption.Expand(template, "transport", visit, out problem);
    }

    string? Known(string name, out string problem)
    {
        var known = visit.Dependencies.Transports.ContainsKey(name);
        problem = known ? "" : $"transport \"{name}\" not found in {Options.Name} router";
        return known ? name : null;
    }

    public RoutedAddress Adopt(RoutedAddress child, RoutedAddress parent) => child with
    {
        Parent = parent,
        ErrorsTo = child.ErrorsTo ?? _errorsTo,
        HeadersAdd = [.. _headersAdd, .. child.HeadersAdd],
        HeadersRemove = [.. _headersRemove, .. child.HeadersRemove],
        AddressData = parent.AddressData,
        RouterVariables = parent.RouterVariables,
        SelfHostname = parent.SelfHostname,
        StartAt = Options.RedirectRouter,
    };

    public PlannedDelivery Plan(RoutedAddress target, string transport, RouterAnswer.Accept accept) => new()
    {
        Address = target,
        Router = Options.Name,
        Transport = transport,
        Hosts = accept.Hosts,
        FallbackHosts = Options.FallbackHosts,
        User = _user,
        HomeDirectory = _home,
        CurrentDirectory = _current,
        ErrorsTo = target.Kind == TargetKind.Address ? _errorsTo : target.ErrorsTo,
        HeadersAdd = target.Kind == TargetKind.Address ? [.. _headersAdd, .. accept.HeadersAdd] : target.HeadersAdd,
        HeadersRemove = target.Kind == TargetKind.Address ? _headersRemove : target.HeadersRemove,
        RetryUsesLocalPart = Options.RetryUsesLocalPart,
        DisableLogging = Options.DisableLogging,
        DsnLastHop = Options.DsnLastHop,
        LogAsLocal = Options.LogAsLocal,
        Facts = Facts(target, transport, accept),
    };

    AddressFacts Facts(RoutedAddress target, string transport, RouterAnswer.Accept accept)
    {
        var facts = visit.Facts.Copy();
        facts.TransportName = transport;
        if (accept.HostList is { } list) facts.Host = list;
        if (_home is { } home) facts.Home = home;
        if (target.Kind == TargetKind.File) facts.AddressFile = target.Target;
        if (target.Kind == TargetKind.Pipe) facts.AddressPipe = target.Target;
        facts.TargetTaint = target.TargetIsTainted ? Taint.Tainted : Taint.Clean;
        return facts;
    }
}
