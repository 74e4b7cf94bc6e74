using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>One recipient at one host. Host is what the log shows of it; Fields are those of a "=>" line; PassedOn: the server was asked for the report that the sender wants.</summary>
readonly record struct HostResult(RecipientResult Result, string Host, string Fields = "", long Size = 0, bool PassedOn = false);

/// <summary>
/// One job at one address of a host: over an idle connection or a new one, in as many transactions as the server's limits ask for (RFC 9422, RFC 5321 4.5.3.1.10),
/// on as many connections. Every recipient gets one result. One owner.
/// </summary>
sealed class HostCall(SmtpRun run, PeerEndpoint endpoint, SmtpClientSettings client)
{
    readonly Dictionary<int, HostResult> _results = [];
    readonly List<RecipientResult> _all = [];
    readonly PeerKey _key = new(run.Generic.Name, endpoint, client.Interface?.ToString() ?? "", client.HeloName, client.Security);

    public PeerEndpoint Endpoint => endpoint;
    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<RecipientResult> Results => _all;

    public async ValueTask<IReadOnlyDictionary<int, HostResult>> DeliverAsync(List<int> todo, CancellationToken cancel)
    {
        while (todo.Count > 0)
        {
            if (run.Pool.Take(_key) is { } idle) { TlsOutFacts.Note(run.Context, idle.Tls); todo = await TransactAsync(idle, todo, isReused: true, cancel); continue; }
            switch (await SmtpDialer.OpenAsync(endpoint, client, run.Context.Environment.Clock, cancel))
            {
                case DialResult.Opened opened: todo = await TransactAsync(opened.Peer, todo, isReused: false, cancel); break;
                case DialResult.Refused refused: todo = Settle(todo, new RecipientResult.Refused(refused.Step, refused.Command, refused.Reply)); break;
                case DialResult.Broken broken: todo = Settle(todo, new RecipientResult.Broken(broken.Trouble)); break;
            }
        }
        return _results;
    }

    /// <summary>One transaction after another while the connection and the server's limits allow. Gives those that are left for another connection.</summary>
    async ValueTask<List<int>> TransactAsync(SmtpPeer peer, List<int> todo, bool isReused, CancellationToken cancel)
    {
        if (run.Context.Message.RequiresTls && !MayCarryProtected(peer)) return Unsaid(peer, todo, new(TroubleKind.TlsRequired, SmtpStep.Helo, "REQUIRETLS support required", Errnos.TlsRequired));
        while (true)
        {
            var batch = Batch(todo, peer.Extensions.Limits);
            var (made, error) = run.Mail(batch, peer);
            if (made is not { } mail) return Unsaid(peer, todo, new(TroubleKind.InputOutput, SmtpStep.Mail, error, 0));
            var transaction = new SmtpTransaction(peer, client, mail);
            IReadOnlyList<RecipientResult>? results = null;
            try { results = await transaction.RunAsync(cancel); }
            finally { if (results is null) await peer.DisposeAsync(); }
            // An idle connection that turned out to be gone: nothing has happened yet.
            if (isReused && results.All(r => r is RecipientResult.Broken { Trouble: { Kind: TroubleKind.Lost, Step: SmtpStep.Mail } })) { await peer.DisposeAsync(); return todo; }
            isReused = false;
            todo = Left(todo, batch, results, peer, transaction, mail);
            // After a break or a 421 there is no point in calling again for the others.
            if (results.FirstOrDefault(r => r is RecipientResult.Broken or RecipientResult.Refused { Reply.Code: 421 }) is { } end) todo = Settle(todo, end);
            if (todo.Count > 0 && transaction.CanContinue && MayCarryMore(peer)) continue;
            await PartAsync(peer, transaction, batch, results);
            return todo;
        }
    }

    /// <summary>As many as the server takes in one transaction, in order.</summary>
    List<int> Batch(List<int> todo, PeerLimits limits)
    {
        var most = Math.Min(todo.Count, limits.RcptMax);
        if (limits.RcptDomainMax == int.MaxValue) return most == todo.Count ? todo : todo[..most];
        var domains = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. todo.Where(i => domains.Contains(Domain(i)) || (domains.Count < limits.RcptDomainMax && domains.Add(Domain(i)))).Take(most)];
    }

    string Domain(int index) => run.Job.Recipients[index].Address.Address.Domain;

    /// <summary>Takes the results; gives those that have none yet. 452 beside recipients that were accepted: too many for one transaction, not refused.</summary>
    List<int> Left(List<int> todo, List<int> batch, IReadOnlyList<RecipientResult> results, SmtpPeer peer, SmtpTransaction transaction, OutgoingMail mail)
    {
        var someAccepted = results.Any(r => r is RecipientResult.Accepted);
        var passedOn = mail.Reports is not null && peer.Extensions.Dsn;
        var host = run.Log.Host(endpoint, peer);
        var settled = new HashSet<int>();
        for (var i = 0; i < batch.Count; i++)
        {
            if (someAccepted && results[i] is RecipientResult.Refused { Step: SmtpStep.Rcpt, Reply.Code: 452 }) continue;
            settled.Add(batch[i]);
            var fields = results[i] is RecipientResult.Accepted accepted ? run.Log.Delivered(peer, transaction, accepted.Final) : "";
            _results[batch[i]] = new(results[i], host, fields, transaction.ContentSent, passedOn);
            _all.Add(results[i]);
        }
        return todo.FindAll(i => !settled.Contains(i));
    }

    /// <summary>The same for all: they are done with here.</summary>
    List<int> Settle(List<int> todo, RecipientResult result)
    {
        foreach (var index in todo) _results[index] = new(result, run.Log.Host(endpoint));
        if (todo.Count > 0) _all.Add(result);
        return [];
    }

    List<int> Unsaid(SmtpPeer peer, List<int> todo, PeerTrouble why)
    {
        run.Pool.Close(peer);
        return Settle(todo, new RecipientResult.Broken(why));
    }

    /// <summary>RFC 8689 4.2.1: the server is the one that was meant, nobody listens, and it promises the same.</summary>
    static bool MayCarryProtected(SmtpPeer peer) => peer.Tls is { IsPeerVerified: true } && peer.Extensions.RequireTls;

    async ValueTask PartAsync(SmtpPeer peer, SmtpTransaction transaction, List<int> batch, IReadOnlyList<RecipientResult> results)
    {
        if (transaction.CanContinue && MayCarryMore(peer)) run.Pool.Give(_key, peer);
        else if (transaction.CanContinue) run.Pool.Close(peer);
        else if (!transaction.IsUnanswered || !run.Pool.Late.Watch(run.Job.Id, Unanswered(batch, results), peer)) await peer.DisposeAsync();
    }

    IEnumerable<string> Unanswered(List<int> batch, IReadOnlyList<RecipientResult> results) =>
        batch.Where((_, i) => results[i] is RecipientResult.Broken).Select(index => run.Job.Recipients[index].Address.Key);

    /// <summary>The destination may have a limit of its own; 0 = none.</summary>
    int MostMessages => (run.Job.ConnectionMessages, run.Options.ConnectionMaxMessages) switch { (0, var usual) => usual, (var own, 0) => own, var (own, usual) => Math.Min(own, usual) };

    bool MayCarryMore(SmtpPeer peer) => !(client.EndsAfterTls && peer.Tls is not null) && (MostMessages == 0 || peer.Messages < MostMessages) && peer.Mails < peer.Extensions.Limits.MailMax;
}
