using ScriptMta.Smtp;

namespace ScriptMta.Acl;

/// <summary>
/// One host: greeting, MAIL, the random local part, the address, the postmaster (Exim 44.46, 44.47). A 5xx decides, a 2xx to the last question does; anything else
/// is a matter for the next host. Afterwards the properties say what was learnt.
/// </summary>
sealed class CalloutAttempt(Callouts services, CalloutPlan plan, CalloutHost host, bool includesAffixes, TimeProvider clock)
{
    readonly CalloutRequest _request = plan.Request;
    CalloutConversation? _conversation;

    public CalloutMemory Mail { get; private set; }
    public CalloutMemory Address { get; private set; }
    public CalloutMemory Postmaster { get; private set; }
    public CalloutMemory Random { get; private set; }
    /// <summary>The open transaction, where the options ask for it to be held.</summary>
    public CalloutConversation? Held { get; private set; }

    public async ValueTask<CalloutOutcome> RunAsync(CancellationToken cancel)
    {
        CalloutOutcome? outcome = null;
        try { return outcome = await OpenAsync(cancel).ConfigureAwait(false) ?? await AskAsync(cancel).ConfigureAwait(false); }
        finally
        {
            Held = outcome is CalloutOutcome.Passed { Accepted: true } && _request.Holds ? _conversation : null;
            if (Held is null && _conversation is { IsBroken: false } open) services.Pool.Close(open.Peer);
        }
    }

    async ValueTask<CalloutOutcome> AskAsync(CancellationToken cancel) =>
        await MailAsync(cancel).ConfigureAwait(false)
        ?? await RandomAsync(cancel).ConfigureAwait(false)
        ?? await AddressAsync(cancel).ConfigureAwait(false)
        ?? await PostmasterAsync(cancel).ConfigureAwait(false)
        ?? new CalloutOutcome.Passed(Accepted: true);

    /// <summary>Null = go on.</summary>
    async ValueTask<CalloutOutcome?> OpenAsync(CancellationToken cancel)
    {
        var options = _request.Options;
        var settings = host.Settings with { ConnectTimeout = options.ConnectTimeout, CommandTimeout = options.Timeout };
        switch (await SmtpDialer.OpenAsync(host.Endpoint, settings, clock, cancel).ConfigureAwait(false))
        {
            case DialResult.Opened opened:
                _conversation = new(opened.Peer, options.Timeout, _request.IsUtf8 && opened.Peer.Extensions.SmtpUtf8);
                return null;
            case DialResult.Refused refused:
                var log = $"SMTP error from remote mail server after {refused.Command}: {CalloutConversation.Escaped(refused.Reply.Text)}";
                return refused.Reply.IsPermanent ? No(CalloutStage.Greeting, new(refused.Command, refused.Reply, log)) : Later(log);
            case DialResult.Broken broken: return Later(broken.Trouble.Text);
            default: throw new InvalidOperationException("unknown result of a call");
        }
    }

    async ValueTask<CalloutOutcome?> MailAsync(CancellationToken cancel)
    {
        var answer = await _conversation!.MailAsync(_request.From, cancel).ConfigureAwait(false);
        if (answer.IsPositive) { Mail = CalloutMemory.Accept; return null; }
        if (!answer.IsPermanent) return Later(answer.Log);
        if (_request.From.Length > 0) return No(CalloutStage.Mail, answer);
        Mail = CalloutMemory.RejectNullSender;
        return No(CalloutStage.Mail, answer) with { NullRefused = true };
    }

    async ValueTask<CalloutOutcome?> RandomAsync(CancellationToken cancel)
    {
        if (plan.Random is not { } random) return null;
        var answer = await _conversation!.RcptAsync($"{random}@{_request.Address.Domain}", cancel).ConfigureAwait(false);
        if (answer.IsPositive)
        {
            Random = CalloutMemory.Accept;
            return new CalloutOutcome.Passed(Random: true);
        }
        if (!answer.IsPermanent) return Later(answer.Log);
        (Random, plan.Random) = (CalloutMemory.Reject, null);
        if (await AgainAsync(_request.From, cancel).ConfigureAwait(false) is { IsPositive: true }) return null;
        // A host that does not take a second transaction is called a second time; it knows why we hang up.
        await _conversation.Peer.DisposeAsync().ConfigureAwait(false);
        _conversation = null;
        return await OpenAsync(cancel).ConfigureAwait(false) ?? await MailAsync(cancel).ConfigureAwait(false);
    }

    async ValueTask<CalloutOutcome?> AddressAsync(CancellationToken cancel)
    {
        var answer = await _conversation!.RcptAsync(_request.Recipient(includesAffixes), cancel).ConfigureAwait(false);
        if (answer.IsPositive) { Address = CalloutMemory.Accept; return null; }
        if (!answer.IsPermanent) return Later(answer.Log);
        Address = CalloutMemory.Reject;
        return No(CalloutStage.Recipient, answer);
    }

    async ValueTask<CalloutOutcome?> PostmasterAsync(CancellationToken cancel)
    {
        if (plan.PostmasterFrom is not { } from) return null;
        var answer = await AgainAsync(from, cancel).ConfigureAwait(false);
        if (answer.IsPositive)
        {
            answer = await _conversation!.RcptAsync($"postmaster@{_request.Address.Domain}", cancel).ConfigureAwait(false);
            if (answer.IsPermanent && _request.Options.FullPostmaster) answer = await _conversation.RcptAsync("postmaster", cancel).ConfigureAwait(false);
        }
        if (answer.IsPositive) { Postmaster = CalloutMemory.Accept; return null; }
        if (!answer.IsPermanent) return Later(answer.Log);
        Postmaster = CalloutMemory.Reject;
        return No(CalloutStage.Postmaster, answer);
    }

    /// <summary>A new transaction on the same connection.</summary>
    async ValueTask<CalloutAnswer> AgainAsync(string from, CancellationToken cancel)
    {
        var answer = await _conversation!.ResetAsync(cancel).ConfigureAwait(false);
        return answer.IsPositive ? await _conversation.MailAsync(from, cancel).ConfigureAwait(false) : answer;
    }

    CalloutOutcome.Failed No(CalloutStage stage, CalloutAnswer answer) => new(stage, Prefix + answer.Log)
    {
        Called = host.Endpoint.Address.ToString(), Sent = answer.Command, Response = answer.Reply!.Text,
    };

    CalloutOutcome.Deferred Later(string log) => new(Prefix + log);

    string Prefix => $"{host.Endpoint} : ";
}
