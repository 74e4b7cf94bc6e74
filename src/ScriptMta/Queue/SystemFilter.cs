using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;
using ScriptMta.Filtering;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>What delivery starts with: addresses to route and generated deliveries to files, pipes and replies, as the system filter left them. Its headers are in the record's context.</summary>
sealed record FilteredMessage(IReadOnlyList<RoutedAddress> Addresses, IReadOnlyList<PlannedDelivery> Generated);

/// <summary>Runs the system filter (Exim chapter 47) at each attempt. Header changes are recorded, so that later attempts begin with them; a filter that cannot run defers the message.</summary>
sealed class SystemFilter(AttemptRecord record, ISpool spool, QueueRules rules, ExpansionContext context)
{
    /// <summary>A filter is read whole; one that is larger than this is no filter.</summary>
    const int LargestFile = 1 << 20;

    static readonly MailAddress Itself = new("system-filter", "");

    public async ValueTask<FilteredMessage> RunAsync(CancellationToken cancel)
    {
        var recipients = record.ToRoute().ToList();
        if (rules.Options.SystemFilter is not { } template || recipients.Count == 0) return new(recipients, []);
        if (Read(template, out var path, out var why) is not { } text) return await DeferAllAsync(recipients, why, cancel).ConfigureAwait(false);
        if (FilterProgram.Parse(text, path, FilterRules.System with { Addresses = rules.Router.Dependencies.AddressRules }, out var problems) is not { } program)
            return await DeferAllAsync(recipients, $"{problems[0].At}: {problems[0].Text}", cancel).ConfigureAwait(false);
        return program.Run(context) switch
        {
            FilterResult.Done done => await TakeAsync(done, recipients, cancel).ConfigureAwait(false),
            FilterResult.Deferred deferred => await DeferAllAsync(recipients, $"{deferred.At}: {deferred.Reason}", cancel).ConfigureAwait(false),
            FilterResult.Failed failed => await DeferAllAsync(recipients, $"{failed.At}: {failed.Error}", cancel).ConfigureAwait(false),
            _ => throw new InvalidOperationException("unknown filter result"),
        };
    }

    string? Read(Template template, out string path, out string why)
    {
        (path, why) = ("", "");
        var name = template.Expand(context);
        if (!name.IsOk) why = $"failed to expand system_filter \"{template.Source}\": {name.Error}";
        else if (Sinks.FileName(name.Value, "system filter", template) is { } tainted) why = tainted;
        else
            try
            {
                path = name.Text;
                if (new FileInfo(Latin1.ToUnicode(path)).Length > LargestFile) why = $"{path} is larger than {LargestFile >> 20} MB";
                else return Latin1.Decode(File.ReadAllBytes(Latin1.ToUnicode(path)));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException) { why = error.Message; }
        return null;
    }

    async ValueTask<FilteredMessage> DeferAllAsync(IReadOnlyList<RoutedAddress> recipients, string why, CancellationToken cancel)
    {
        foreach (var address in recipients)
            await record.RoutingDeferredAsync(new AddressOutcome.Deferred(address, null, $"error in system filter: {why}"), cancel).ConfigureAwait(false);
        return new([], []);
    }

    async ValueTask<FilteredMessage> TakeAsync(FilterResult.Done done, IReadOnlyList<RoutedAddress> recipients, CancellationToken cancel)
    {
        for (var i = 0; i < done.Numbers.Length; i++) record.FilterNumbers["sn" + i] = Value.Clean(done.Numbers[i].ToString());
        if (context.Message.Headers is { } headers && !ReferenceEquals(headers, DeliveryContext.HeadersOf(record.Stored)))
        {
            await spool.RecordAsync(record.Stored.Envelope.Id, [new SpoolChange.HeadersEdited(headers)], durable: false, cancel).ConfigureAwait(false);
            record.Headers = headers;
        }
        var addresses = new List<RoutedAddress>();
        var generated = new List<PlannedDelivery>();
        foreach (var action in done.Actions)
            if (Delivery(action, addresses, generated) is { } wrong) return await DeferAllAsync(recipients, wrong, cancel).ConfigureAwait(false);
        var made = addresses.Select(a => a.Key).ToHashSet(StringComparer.Ordinal);
        await record.AnnounceAsync([.. made, .. generated.Select(g => g.Address.Key)], cancel).ConfigureAwait(false);
        // What the filter itself delivers to is not taken away with the others; what is done stays done.
        var open = recipients.Where(r => !made.Contains(r.Key) && !record.DoneKeys.Contains(r.Key)).ToList();
        if (await EndingAsync(done, open, cancel).ConfigureAwait(false)) addresses.AddRange(recipients);
        return new(addresses, generated);
    }

    /// <summary>Null, or why the action cannot be carried out.</summary>
    string? Delivery(FilterAction action, List<RoutedAddress> addresses, List<PlannedDelivery> generated)
    {
        switch (action)
        {
            case FilterAction.Deliver deliver:
                addresses.Add(new RoutedAddress { Address = deliver.Address, ErrorsTo = action.NoError ? "" : deliver.ErrorsTo?.ToString() });
                return null;
            case FilterAction.Save save:
                var option = save.Path.Text.EndsWith('/') ? rules.Options.SystemFilterDirectoryTransport : rules.Options.SystemFilterFileTransport;
                return Generate(TargetKind.File, save.Path.Text, option, "system_filter_file_transport", action, generated, a => a with { TargetIsTainted = save.Path.IsTainted, FileMode = save.Mode });
            case FilterAction.Pipe pipe:
                return Generate(TargetKind.Pipe, pipe.Command, rules.Options.SystemFilterPipeTransport, "system_filter_pipe_transport", action, generated, a => a with { FilterPipe = pipe });
            case FilterAction.Mail mail:
                return Generate(TargetKind.Reply, mail.To.Text, rules.Options.SystemFilterReplyTransport, "system_filter_reply_transport", action, generated, a => a with { Reply = mail });
            case FilterAction.LogWrite write: return Log(write);
            default: return null;
        }
    }

    string? Generate(TargetKind kind, string target, Template? option, string optionName, FilterAction action, List<PlannedDelivery> generated, Func<RoutedAddress, RoutedAddress> complete)
    {
        if (option is null) return $"{optionName} is unset, so the filter's \"{kind.ToString().LowerAscii()}\" has no transport";
        var name = option.Expand(context);
        if (!name.IsOk) return $"failed to expand {optionName} \"{option.Source}\": {name.Error}";
        if (!rules.Transports.ContainsKey(name.Text)) return $"{optionName}: transport \"{name.Text}\" not found";
        var parent = new RoutedAddress { Address = Itself };
        var address = complete(new RoutedAddress { Address = Itself, Kind = kind, Target = target, Parent = parent, Transport = name.Text, ErrorsTo = action.NoError ? "" : null });
        var facts = new AddressFacts { LocalPart = Itself.LocalPart, AddressFile = kind == TargetKind.File ? target : "", AddressPipe = kind == TargetKind.Pipe ? target : "", TargetTaint = address.TargetIsTainted ? Taint.Tainted : Taint.Clean };
        generated.Add(new PlannedDelivery { Address = address, Router = "", Transport = name.Text, Facts = facts, ErrorsTo = address.ErrorsTo });
        return null;
    }

    string? Log(FilterAction.LogWrite write)
    {
        if (write.File is not { } file)
        {
            rules.Environment.Log.Main(record.Stored.Envelope.Id, write.Text.TrimEnd('\n'));
            return null;
        }
        if (Sinks.FileName(file, "filter log file") is { } tainted) return tainted;
        try
        {
            using var stream = MailFiles.OpenFile(file.Text, MailFiles.Open.Write | MailFiles.Open.Append | MailFiles.Open.Create | MailFiles.Open.NonBlocking, write.Mode);
            MailFiles.WriteAll(stream, Latin1.Encode(write.Text));
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { return $"failed to write filter log file \"{file.Text}\": {error.Message}"; }
    }

    /// <summary>fail, freeze and defer act on the original recipients; so does a significant delivery or finish, which takes their place. True: the recipients go on.</summary>
    async ValueTask<bool> EndingAsync(FilterResult.Done done, IReadOnlyList<RoutedAddress> recipients, CancellationToken cancel)
    {
        switch (done.Actions.FirstOrDefault(a => a is FilterAction.Fail or FilterAction.Freeze or FilterAction.Defer))
        {
            case FilterAction.Fail fail:
                foreach (var address in recipients)
                    record.Failed(new FailedAddress(address, null, null, fail.LogText, fail.Text, "", null, "5.7.1", null, address.ErrorsTo));
                return false;
            case FilterAction.Freeze freeze when !record.Stored.State.ManuallyThawed:
                foreach (var address in recipients) await record.RoutingDeferredAsync(new AddressOutcome.Deferred(address, null, freeze.Text, Freeze: true), cancel).ConfigureAwait(false);
                return false;
            case FilterAction.Freeze: return true;
            case FilterAction.Defer defer:
                foreach (var address in recipients) await record.RoutingDeferredAsync(new AddressOutcome.Deferred(address, null, defer.Text), cancel).ConfigureAwait(false);
                return false;
        }
        if (!done.IsSignificant) return true;
        foreach (var address in recipients) await record.DiscardedAsync(address, "system_filter", cancel).ConfigureAwait(false);
        return false;
    }
}
