using ScriptMta.Expansion;
using ScriptMta.Routing;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>One job on its way through hosts: who is still to be delivered, what the last host said, what the log and the queue's memory are told (Exim 49.2). One owner.</summary>
sealed class SmtpDelivery(SmtpRun run)
{
    readonly DeliveryOutcome?[] _final = Refused(run.Job);
    readonly DeliveryOutcome.Deferred?[] _deferred = new DeliveryOutcome.Deferred?[run.Job.Recipients.Length];
    readonly DeliveryOutcome.Failed?[] _unprotected = new DeliveryOutcome.Failed?[run.Job.Recipients.Length];
    readonly List<(PeerEndpoint Endpoint, bool Tried)> _seen = [];
    string? _notFound;
    int _tried;
    int? _lastMx;

    TransportJob Job => run.Job;
    public ExpansionContext Context => run.Context;
    public bool IsSettled => Array.TrueForAll(_final, f => f is not null);
    public bool HasSeenEnough => _seen.Count >= run.Options.HostsMaxTryHardLimit;

    /// <summary>Within hosts_max_try; beyond it, one address of each higher MX is called all the same (Exim 30.5).</summary>
    public bool MayCall(DeliveryHost host) => _tried < run.Options.HostsMaxTry || (host.Mx is { } mx && _lastMx is { } last && mx > last);

    /// <summary>A host whose addresses could not be found counts as one that failed.</summary>
    public void NotFound(string problem) => _notFound = problem;

    /// <summary>Replies that an earlier attempt gave up waiting for and that have come since.</summary>
    public void TakeLateReplies()
    {
        for (var i = 0; i < _final.Length; i++)
            if (run.Pool.Late.Take(Job.Id, Job.Recipients[i].Address.Key) is { } late)
                _final[i] = new DeliveryOutcome.Delivered(Job.Recipients[i], $"H={run.Log.HostPort(late.Endpoint)}{run.Log.Confirmation(late.Reply)}") { Dsn = DsnDuty.Relayed, Host = late.Endpoint.ToString(), SmtpReply = late.Reply.Text };
    }

    /// <summary>Of those who are still to be delivered.</summary>
    public IReadOnlyCollection<string> Domains => [.. Pending().Select(i => Job.Recipients[i].Address.Address.Domain).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <param name="settings">Worked out when the host's variables are set.</param>
    public async ValueTask TryAsync(PeerEndpoint endpoint, DeliveryHost host, Func<ValueTask<SmtpClientSettings>> settings, CancellationToken cancel)
    {
        var standing = Job.Hints?.Ask(endpoint.Name, endpoint.Address, endpoint.Port) ?? HostStanding.Unknown;
        _seen.Add((endpoint, standing.MayTry));
        if (!standing.MayTry) return;
        if (!standing.Expired) _tried++;
        _lastMx = host.Mx;
        (Context.Address.Host, Context.Address.HostAddress, Context.Address.HostPort) = (endpoint.Name, endpoint.Address.ToString(), endpoint.Port);
        var client = await settings();
        if (Job.Source?.Invoke(endpoint.Address.AddressFamily) is { } source) client = client with { Interface = source };
        using var turn = client.IsSerialized ? await run.Pool.Turns.TakeAsync(endpoint.Name, cancel) : null;
        var call = new HostCall(run, endpoint, client);
        foreach (var (index, result) in await call.DeliverAsync(Pending(), cancel)) Settle(index, result, call, host.Mx is not null);
        Report(call, host.Mx is not null);
    }

    void Settle(int index, HostResult result, HostCall call, bool isMx)
    {
        var recipient = Job.Recipients[index];
        switch (result.Result)
        {
            case RecipientResult.Accepted accepted:
                _final[index] = new DeliveryOutcome.Delivered(recipient, result.Fields)
                {
                    Dsn = result.PassedOn ? DsnDuty.PassedOn : DsnDuty.Relayed, Host = call.Endpoint.ToString(), SmtpReply = accepted.Final.Text, Size = result.Size,
                };
                break;
            case RecipientResult.Refused { Reply.IsPermanent: true } refused:
                _final[index] = new DeliveryOutcome.Failed(recipient, refused.Text, call.Endpoint.ToString(), refused.Reply.Text, refused.Reply.EnhancedStatus ?? "5.0.0") { LogHost = result.Host };
                break;
            case RecipientResult.Broken { Trouble: { IsFinal: true } trouble }:
                _final[index] = new DeliveryOutcome.Failed(recipient, trouble.Text);
                break;
            case RecipientResult.Broken { Trouble.Kind: TroubleKind.TlsRequired or TroubleKind.TlsFailed } when Context.Message.RequiresTls:
                // Another host may do; if none does, there is no use in waiting (RFC 8689 4.2.1).
                _unprotected[index] = new(recipient, "REQUIRETLS support required", call.Endpoint.ToString(), Status: "5.7.30") { LogHost = result.Host };
                break;
            default:
                var deferred = SmtpErrors.Deferred(recipient, result.Result, call.Endpoint, isMx);
                _deferred[index] = deferred.Host.Length > 0 ? deferred with { LogHost = result.Host } : deferred;
                break;
        }
    }

    /// <summary>Tells log and memory about the host, once for the whole job.</summary>
    void Report(HostCall call, bool isMx)
    {
        var worst = call.Results.FirstOrDefault(r => SmtpErrors.HostLine(r) is not null);
        if (worst is not null && !run.Generic.DisableLogging) Context.Environment.Log.Main(Job.Id, $"H={run.Log.HostPort(call.Endpoint)}{SmtpErrors.HostLine(worst)}");
        if (Job.Hints is not { } hints) return;
        var (error, isMessageError) = call.Results.Select(r => SmtpErrors.Hint(r, isMx)).FirstOrDefault(h => h.Error is not null);
        hints.Tell(new(call.Endpoint.Name, call.Endpoint.Address, call.Endpoint.Port, error, worst is null ? "" : SmtpErrors.HostLine(worst)!.TrimStart(':', ' '), isMessageError));
    }

    public IReadOnlyList<DeliveryOutcome> Outcomes()
    {
        var expired = Job.Hints is { } hints && _seen.Count > 0 && _seen.TrueForAll(s => hints.Ask(s.Endpoint.Name, s.Endpoint.Address, s.Endpoint.Port).Expired);
        for (var i = 0; i < _final.Length; i++) _final[i] ??= _deferred[i] is null && _unprotected[i] is { } failed ? failed : (_deferred[i] ?? Untried(i, expired)) with { HostsExpired = expired };
        return _final!;
    }

    DeliveryOutcome.Deferred Untried(int index, bool expired)
    {
        var domain = Job.Recipients[index].Address.Address.Domain;
        if (_seen.Count == 0) return new(Job.Recipients[index], "lookup", _notFound ?? "no host found") { Errno = -1 };
        return expired
            ? new(Job.Recipients[index], Transports.Outcomes.Local, $"all hosts for '{domain}' have been failing for a long time (and retry time not reached)") { Errno = -54, NotTried = true }
            : new(Job.Recipients[index], Transports.Outcomes.Local, $"retry time not reached for any host for '{domain}'") { Errno = -54, NotTried = true };
    }

    public IReadOnlyList<DeliveryOutcome> Interrupted() => Failed("delivery was interrupted by shutdown", 0);

    public IReadOnlyList<DeliveryOutcome> Failed(string text, int errno = -1)
    {
        for (var i = 0; i < _final.Length; i++) _final[i] ??= new DeliveryOutcome.Deferred(Job.Recipients[i], Transports.Outcomes.Local, text) { Errno = errno };
        return _final!;
    }

    List<int> Pending() => [.. Enumerable.Range(0, _final.Length).Where(i => _final[i] is null)];

    /// <summary>An address that could end the command line never reaches a server (security.md, forged lines).</summary>
    static DeliveryOutcome?[] Refused(TransportJob job) =>
        [.. job.Recipients.Select(r => r.Address.Address.ToString().AsSpan().IndexOfAny("\r\n\0<>") < 0 ? null
            : (DeliveryOutcome)new DeliveryOutcome.Failed(r, "the address holds characters that cannot be sent", Status: "5.1.3"))];
}
