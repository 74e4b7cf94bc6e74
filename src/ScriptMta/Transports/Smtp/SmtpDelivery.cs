using System.Net;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Routing;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>One job on its way through hosts: who is still to be delivered, what the last host said, what the log and the queue's memory are told (Exim 49.2). One owner.</summary>
sealed class SmtpDelivery(TransportJob job, TransportOptions generic, SmtpTransportOptions options, PeerPool pool, ExpansionContext context, string returnPath, string headers)
{
    readonly DeliveryOutcome?[] _final = Refused(job);
    readonly DeliveryOutcome.Deferred?[] _deferred = new DeliveryOutcome.Deferred?[job.Recipients.Length];
    readonly List<(PeerEndpoint Endpoint, bool Tried)> _seen = [];
    string? _notFound;
    int _tried;

    public ExpansionContext Context => context;
    public bool IsSettled => Array.TrueForAll(_final, f => f is not null);
    public bool HasTriedEnough => _tried >= options.HostsMaxTry || _seen.Count >= options.HostsMaxTryHardLimit;

    /// <summary>A host whose addresses could not be found counts as one that failed.</summary>
    public void NotFound(string problem) => _notFound = problem;

    /// <param name="settings">Worked out when the host's variables are set.</param>
    public async ValueTask TryAsync(PeerEndpoint endpoint, bool isMx, Func<PeerEndpoint, SmtpClientSettings> settings, CancellationToken cancel)
    {
        var standing = job.Hints?.Ask(endpoint.Name, endpoint.Address, endpoint.Port) ?? HostStanding.Unknown;
        _seen.Add((endpoint, standing.MayTry));
        if (!standing.MayTry) return;
        _tried++;
        (context.Address.Host, context.Address.HostAddress, context.Address.HostPort) = (endpoint.Name, endpoint.Address.ToString(), endpoint.Port);
        var client = settings(endpoint);
        var key = new PeerKey(generic.Name, endpoint, client.Interface?.ToString() ?? "", client.HeloName);
        if (pool.Take(key) is { } idle && await TransactAsync(idle, key, client, isMx, reused: true, cancel)) return;
        switch (await SmtpDialer.OpenAsync(endpoint, client, context.Environment.Clock, cancel))
        {
            case DialResult.Opened opened: await TransactAsync(opened.Peer, key, client, isMx, reused: false, cancel); break;
            case DialResult.Refused refused: Settle(Pending(), new RecipientResult.Refused(refused.Step, refused.Command, refused.Reply), endpoint, isMx, ""); break;
            case DialResult.Broken broken: Settle(Pending(), new RecipientResult.Broken(broken.Trouble), endpoint, isMx, ""); break;
        }
    }

    /// <summary>False when an idle connection turned out to be gone: then nothing has happened yet.</summary>
    async ValueTask<bool> TransactAsync(SmtpPeer peer, PeerKey key, SmtpClientSettings client, bool isMx, bool reused, CancellationToken cancel)
    {
        var pending = Pending();
        var transaction = new SmtpTransaction(peer, client, Mail(pending));
        IReadOnlyList<RecipientResult>? results = null;
        try { results = await transaction.RunAsync(cancel); }
        finally { if (results is null) await peer.DisposeAsync(); }
        var star = peer.Messages > 1 ? "*" : "";
        if (transaction.CanContinue && peer.Messages < options.ConnectionMaxMessages) pool.Give(key, peer);
        else if (transaction.CanContinue) pool.Close(peer);
        else await peer.DisposeAsync();
        if (reused && results.All(r => r is RecipientResult.Broken { Trouble: { Kind: TroubleKind.Lost, Step: SmtpStep.Mail } })) return false;
        for (var i = 0; i < pending.Count; i++) Settle([pending[i]], results[i], peer.Endpoint, isMx, star, report: false);
        Report(results, peer.Endpoint, isMx);
        return true;
    }

    OutgoingMail Mail(List<int> pending) => new()
    {
        ReturnPath = returnPath, Recipients = [.. pending.Select(i => Recipient(job.Recipients[i]))],
        SizeToDeclare = options.SizeAddition < 0 ? 0 : Math.Max(0, context.Message.Size) + options.SizeAddition,
        EightBit = context.Message.BodyType == 8, IsUtf8 = context.Message.IsSmtpUtf8, Downconvert = context.Message.Utf8Downconvert,
        WriteContent = async (write, cancel) =>
        {
            await write(Latin1.Encode(headers), cancel);
            if (generic.HeadersOnly) return;
            await using var body = await job.OpenBody(cancel);
            var piece = new byte[(int)Math.Clamp(job.BodyLength, 512, MessageWriter.PieceSize)];
            int read;
            while ((read = await body.ReadAsync(piece, cancel)) > 0) await write(piece.AsMemory(0, read), cancel);
        },
    };

    /// <summary>Affixes that a router took off are not sent, unless rcpt_include_affixes.</summary>
    string Recipient(PlannedDelivery plan)
    {
        var affixed = plan.Facts.Prefix.Length + plan.Facts.Suffix.Length > 0 && !generic.RcptIncludeAffixes;
        return affixed ? $"{plan.Facts.LocalPart}@{plan.Facts.Domain}" : plan.Address.Address.ToString();
    }

    void Settle(IReadOnlyList<int> who, RecipientResult result, PeerEndpoint endpoint, bool isMx, string star, bool report = true)
    {
        foreach (var i in who)
            switch (result)
            {
                case RecipientResult.Accepted accepted:
                    _final[i] = new DeliveryOutcome.Delivered(job.Recipients[i], $"H={endpoint}{star}{Confirmation(accepted.Final)}") { Dsn = DsnDuty.Relayed, Host = endpoint.ToString(), SmtpReply = accepted.Final.Text };
                    break;
                case RecipientResult.Refused { Reply.IsPermanent: true } refused:
                    _final[i] = new DeliveryOutcome.Failed(job.Recipients[i], refused.Text, endpoint.ToString(), refused.Reply.Text, refused.Reply.EnhancedStatus ?? "5.0.0");
                    break;
                default:
                    _deferred[i] = SmtpErrors.Deferred(job.Recipients[i], result, endpoint, isMx);
                    break;
            }
        if (report) Report([result], endpoint, isMx);
    }

    /// <summary>Tells log and memory about the host, once for the whole job.</summary>
    void Report(IReadOnlyList<RecipientResult> results, PeerEndpoint endpoint, bool isMx)
    {
        var worst = results.FirstOrDefault(r => SmtpErrors.HostLine(r) is not null);
        if (worst is not null && !generic.DisableLogging) context.Environment.Log.Main(job.Id, $"H={endpoint}{SmtpErrors.HostLine(worst)}");
        if (job.Hints is not { } hints) return;
        var (error, isMessageError) = results.Select(r => SmtpErrors.Hint(r, isMx)).FirstOrDefault(h => h.Error is not null);
        hints.Tell(new(endpoint.Name, endpoint.Address, endpoint.Port, error, worst is null ? "" : SmtpErrors.HostLine(worst)!.TrimStart(':', ' '), isMessageError));
    }

    public IReadOnlyList<DeliveryOutcome> Outcomes()
    {
        var expired = job.Hints is { } hints && _seen.Count > 0 && _seen.TrueForAll(s => hints.Ask(s.Endpoint.Name, s.Endpoint.Address, s.Endpoint.Port).Expired);
        for (var i = 0; i < _final.Length; i++) _final[i] ??= (_deferred[i] ?? Untried(i, expired)) with { HostsExpired = expired };
        return _final!;
    }

    DeliveryOutcome.Deferred Untried(int index, bool expired)
    {
        var domain = job.Recipients[index].Address.Address.Domain;
        if (_seen.Count == 0) return new(job.Recipients[index], "lookup", _notFound ?? "no host found") { Errno = -1 };
        return expired
            ? new(job.Recipients[index], Transports.Outcomes.Local, $"all hosts for '{domain}' have been failing for a long time (and retry time not reached)") { Errno = -54, NotTried = true }
            : new(job.Recipients[index], Transports.Outcomes.Local, $"retry time not reached for any host for '{domain}'") { Errno = -54, NotTried = true };
    }

    public IReadOnlyList<DeliveryOutcome> Interrupted() => Failed("delivery was interrupted by shutdown", 0);

    public IReadOnlyList<DeliveryOutcome> Failed(string text, int errno = -1)
    {
        for (var i = 0; i < _final.Length; i++) _final[i] ??= new DeliveryOutcome.Deferred(job.Recipients[i], Transports.Outcomes.Local, text) { Errno = errno };
        return _final!;
    }

    List<int> Pending() => [.. Enumerable.Range(0, _final.Length).Where(i => _final[i] is null)];

    string Confirmation(PeerReply reply) =>
        context.Environment.Log.Options.Has("smtp_confirmation") ? $" C=\"{reply.Text.Replace("\\", "\\\\").Replace("\n", "\\\\n")}\"" : "";

    /// <summary>An address that could end the command line never reaches a server (security.md, forged lines).</summary>
    static DeliveryOutcome?[] Refused(TransportJob job) =>
        [.. job.Recipients.Select(r => r.Address.Address.ToString().AsSpan().IndexOfAny("\r\n\0<>") < 0 ? null
            : (DeliveryOutcome)new DeliveryOutcome.Failed(r, "the address holds characters that cannot be sent", Status: "5.1.3"))];
}
