using ScriptMta.Network;

namespace ScriptMta.Smtp;

/// <summary>How TLS is opened with one server. One conversation, or two where the second is in clear.</summary>
sealed record PeerTls
{
    /// <summary>Made when the server is about to be asked. Null with the reason, in the words that follow "TLS session: ".</summary>
    public required Func<(TlsClientPlan? Plan, string Error)> Plan { get; init; }
    /// <summary>STARTTLS is not said.</summary>
    public bool IsAvoided { get; init; }
    /// <summary>The mail does not go in clear.</summary>
    public bool IsRequired { get; init; }
    /// <summary>A 4xx to STARTTLS is no reason to wait.</summary>
    public bool TriesClear { get; init; } = true;
    /// <summary>Told before the first step that could need TLS (null) and after a handshake.</summary>
    public required Action<TlsSession?> Note { get; init; }
}

/// <summary>TLS as steps of opening a conversation (RFC 3207, RFC 8314 3.3), with Exim's words for what goes wrong.</summary>
static class TlsSteps
{
    const string Command = "STARTTLS";

    public static OpeningStep OnConnect(PeerTls tls) => (opening, cancel) => SecureAsync(tls, opening, cancel);

    public static OpeningStep StartTls(PeerTls tls) => async (opening, cancel) =>
    {
        var peer = opening.Peer;
        if (peer.Tls is not null) return null;
        tls.Note(null);
        var isOffered = peer.Extensions.Keywords.Contains(Command);
        if (isOffered && !tls.IsAvoided)
        {
            var reply = await opening.AskAsync(SmtpStep.Helo, Command, cancel);
            if (reply.IsPositive) return await SecureAsync(tls, opening, cancel) ?? await SmtpOpening.HelloAsync(opening, cancel);
            if (reply.IsTemporary && !tls.TriesClear) return await opening.RefusedAsync(reply);
        }
        return tls.IsRequired ? await RequiredAsync(peer, isOffered) : null;
    };

    /// <summary>Null = secured.</summary>
    static async ValueTask<DialResult?> SecureAsync(PeerTls tls, SmtpOpening opening, CancellationToken cancel)
    {
        var peer = opening.Peer;
        // What came in clear must not pass for protected (CVE-2021-38371).
        if (peer.HasUnread) return Failed("synch error before connect");
        var (plan, error) = tls.Plan();
        if (plan is null) return Failed(error);
        using var limit = new CancellationTokenSource(opening.Settings.CommandTimeout, peer.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        TlsOutcome outcome;
        try { outcome = await new TlsClientHandshake(peer.Stream, plan).RunAsync(either.Token); }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return Failed("(gnutls_handshake): timed out"); }
        switch (outcome)
        {
            case TlsOutcome.Secured secured:
                peer.Secure(secured);
                tls.Note(secured.Session);
                return null;
            case TlsOutcome.Failed failed: return Failed(failed.Detail.Length == 0 ? $"({failed.Reason})" : $"({failed.Reason}): {failed.Detail}");
            default: throw new InvalidOperationException("unknown outcome of a handshake");
        }
    }

    static DialResult.Broken Failed(string what) => new(new PeerTrouble(TroubleKind.TlsFailed, SmtpStep.Helo, $"TLS session: {what}", Errnos.TlsFailed));

    static async ValueTask<DialResult> RequiredAsync(SmtpPeer peer, bool isOffered)
    {
        await peer.QuitAsync();
        var why = isOffered ? "an attempt to start TLS failed" : "the server did not offer TLS support";
        return new DialResult.Broken(new(TroubleKind.TlsRequired, SmtpStep.Helo, $"a TLS session is required, but {why}", Errnos.TlsRequired));
    }
}
