using System.Buffers;
using ScriptMta.Acl;
using ScriptMta.Authentication;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Network;
using ScriptMta.Smtp;
using ScriptMta.Spool;

namespace ScriptMta.Reception;

/// <summary>What a session needs from the server round it.</summary>
/// <param name="Trial">A dry run (-bh); null = for real.</param>
sealed record SessionServices(ISpool Spool, MessageIdSource Ids, SessionTrial? Trial = null)
{
    static readonly EtrnRuns Nothing = new(null);

    public MachineState Machine { get; init; } = MachineState.Own;
    public EtrnRuns Etrn { get; init; } = Nothing;
    /// <summary>Who the connection's proxy says the client is; null = there is none.</summary>
    public ProxiedPeer? Proxied { get; init; }
    /// <summary>-tls-on-connect.</summary>
    public bool TlsOnConnect { get; init; }
}

/// <summary>
/// One SMTP conversation (RFC 5321; Exim chapter 49), over TCP or a local program's input and output. It reads lines, finds the command in
/// <see cref="CommandTable"/> and lets it answer; replies leave only when the input is drained (RFC 2920 3.2). Not thread-safe.
/// </summary>
sealed class SmtpSession
{
    readonly CommandLineReader _lines;
    readonly SessionLimits _limits;
    ConnectionLog? _connectionLog;
    QueueDecision? _queueing;
    ReadOnlySequence<byte> _input;
    bool _holdsInput;
    SessionState _unknown = SessionState.Connected;

    public SmtpSession(Connection connection, ReceptionRules rules, SessionServices services, LocalCaller? caller = null, SubmissionRequest? callerRequest = null)
    {
        (Connection, Rules, Services, Caller, CallerRequest) = (connection, rules, services, caller, callerRequest);
        Replies = new(connection.WriteAsync);
        _lines = new(bareLf: IsLocal);
        _limits = new(this);
        Context = new()
        {
            Environment = rules.Environment, DryRun = Trial is not null, Trace = Trial?.Trace,
            Connection = Trial?.Facts ?? (caller is null ? PeerFacts.Of(connection) : LocalFacts.Of(callerRequest!, caller, "local-smtp")),
        };
        services.Proxied?.Note(Context);
        Acl = new()
        {
            FlushReplies = Replies.FlushAsync, MarkPackets = connection.Remote is null ? null : connection.MarkPackets, MakesCallouts = Trial?.MakesCallouts ?? false, UnqualifiedSenders = () => Unqualified.Allowed(this, Rules.Options.SenderUnqualifiedHosts),
            UnqualifiedRecipients = () => Unqualified.Allowed(this, Rules.Options.RecipientUnqualifiedHosts),
        };
        Log = new(this);
        StartedAt = rules.Environment.Clock.GetTimestamp();
        ReceiveTimeout = rules.Options.ReceiveTimeout.GetTime(Context);
    }

    public Connection Connection { get; }
    public ReceptionRules Rules { get; }
    public SessionServices Services { get; }
    /// <summary>-bs: the client is a local program; bare LF ends lines and no host is known.</summary>
    public bool IsLocal => Caller is not null;
    /// <summary>-bh: nothing is kept, and there is no network whose timing could be wrong.</summary>
    public SessionTrial? Trial => Services.Trial;
    public LocalCaller? Caller { get; }
    public SubmissionRequest? CallerRequest { get; }
    public ReplyWriter Replies { get; }
    public ExpansionContext Context { get; }
    public AclSession Acl { get; }
    public SessionLog Log { get; }
    public ConnectionLog ConnectionLog => _connectionLog ??= new(this);
    public SessionLimits Limits => _limits;
    public QueueDecision Queueing => _queueing ??= new(Rules, Services.Machine) { Connections = ConnectionCount, Caller = CallerRequest };
    public SessionState State { get; set; } = SessionState.Connected;
    public Transaction Transaction { get; private set; } = new();
    public TimeSpan ReceiveTimeout { get; }
    public string Hostname { get; private set; } = "";
    public bool IsEsmtp { get; set; }
    /// <summary>RFC 2033: LHLO in place of HELO and EHLO, and an answer for each recipient after the message.</summary>
    public bool IsLmtp { get; init; }
    /// <summary>What the last EHLO offered; nothing after HELO.</summary>
    public Extensions Offered { get; set; }
    /// <summary>By which the client may authenticate, as the last EHLO said.</summary>
    public IReadOnlyList<ServerAuthenticator> Mechanisms { get; set; } = [];
    /// <summary>With SMTPUTF8, domains of UTF-8 are let in whatever allow_utf8_domains says.</summary>
    public AddressRules AddressRules => Transaction.IsSmtpUtf8 ? Rules.Options.AddressRules with { AllowUtf8Domains = true, RequiresUtf8 = true } : Rules.Options.AddressRules;
    /// <summary>The client has sent on without waiting, as it may.</summary>
    public bool PipeliningUsed { get; private set; }
    /// <summary>It has talked before the banner, as a host may that knows PIPECONNECT of us: EHLO and what follows it come in one go.</summary>
    public bool IsEarly { get; set; }
    public int Messages { get; set; }
    /// <summary>MAIL commands, whatever came of them.</summary>
    public int MailCommands { get; set; }
    /// <summary>How many connections the server had when this one came, itself included; 0 where there is no server.</summary>
    public int ConnectionCount { get; init; }
    /// <summary>Of the clock: for how long the connection lasted.</summary>
    public long StartedAt { get; }
    /// <summary>The message being read, or null.</summary>
    public MessageIntake? Intake { get; set; }
    public string LastLine { get; private set; } = "";
    /// <summary>Why the session ends without QUIT: $smtp_notquit_reason; null while it does not.</summary>
    public string? EndReason { get; set; }
    /// <summary>What is logged of the end once the not-QUIT ACL has run, as Exim does it.</summary>
    public Action? LogLast { get; set; }
    public bool SaidQuit { get; set; }
    /// <summary>What is still to be said when the session ends by itself.</summary>
    public Reply? EndReply { get; set; }
    /// <summary>Exim does not ask acl_smtp_notquit of a client that makes too many mistakes.</summary>
    public bool SkipsNotQuitAcl { get; set; }
    /// <summary>The host that called may use XCLIENT; null = not asked yet.</summary>
    public bool? SpeaksForOthers { get; set; }

    /// <summary>The whole conversation. Throws only for cancellation and bugs; a lost connection is an end like others.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        Hostname = SessionHostname.Of(this);
        try
        {
            if (await SessionStart.GreetAsync(this, cancel).ConfigureAwait(false))
                while (await NextAsync(cancel).ConfigureAwait(false) == SessionStep.Continue) { }
            if (!SaidQuit) await SessionEnd.WithoutQuitAsync(this, cancel).ConfigureAwait(false);
            LogLast?.Invoke();
            await Replies.FlushAsync(cancel).ConfigureAwait(false);
        }
        catch (IOException error) { ConnectionLog.Broken(error.Message); }
        catch (ObjectDisposedException) when (!cancel.IsCancellationRequested) { ConnectionLog.Broken("it took no reply for five minutes"); }
        finally
        {
            Acl.HeldCallout?.Close();
            await DropChunksAsync().ConfigureAwait(false);
        }
        ConnectionLog.WithoutMail();
        Acl.Debug?.Dispose();
    }

    /// <summary>Forgets the transaction: MAIL, RSET, EHLO, and after every message.</summary>
    public void ResetTransaction()
    {
        if (Transaction.Chunks is not null) throw new InvalidOperationException("the chunks of a message outlive its transaction");
        if (Transaction.IsSmtpUtf8) Context.Connection.Protocol = Context.Connection.Protocol.Replace("utf8", "", StringComparison.Ordinal);
        Transaction = new();
        Context.ForgetMessage();
        Acl.Reset();
        AclVariables.Forget(Context);
        if (State != SessionState.Connected) State = SessionState.Greeted;
    }

    /// <summary>Answers, and the session goes on.</summary>
    public SessionStep Say(Reply reply)
    {
        Replies.Write(reply);
        return SessionStep.Continue;
    }

    /// <summary>MAIL is legal without HELO (hosts_require_helo).</summary>
    public void NeedsNoHello()
    {
        State = _unknown = SessionState.Greeted;
        Context.Connection.Protocol = "smtp";
    }

    /// <summary>TLS from here on. What was read in plain text and not yet answered is thrown away (RFC 3207 4.2).</summary>
    public ValueTask<TlsOutcome> SecureAsync(Func<string, ClientHello?, (TlsServerChoice? Choice, string Why)> choose, CancellationToken cancel)
    {
        if (_holdsInput) Connection.Input.AdvanceTo(_input.End);
        (_input, _holdsInput) = (default, false);
        return Connection.SecureAsync(choose, ReceiveTimeout, cancel);
    }

    /// <summary>After STARTTLS: forgets what the client has said in plain text.</summary>
    public void StartAnew()
    {
        var peer = Context.Connection;
        (peer.HeloName, peer.HeloVerified, peer.Authenticator, peer.AuthenticatedId) = ("", false, "", "");
        Limits.NewHello();
        if (!Rules.Options.Tls.RemembersEsmtp)
        {
            (IsEsmtp, Offered, Replies.Enhanced) = (false, Extensions.None, false);
            ForgetHello();
        }
        peer.Protocol = SessionProtocol.Of(this);
    }

    /// <summary>As before the first HELO.</summary>
    public void ForgetHello() => State = _unknown;

    /// <summary>Whether a host list holds the client; one that is not set, or cannot be decided, does not.</summary>
    public bool PeerIsIn(RuleList? hosts) => hosts is not null && hosts.MatchHost(Context.Connection.HostAddress, Context).Match.IsYes;

    public ValueTask<AclVerdict> RunAclAsync(AclWhere where, CancellationToken cancel) => Rules.Acls.RunAsync(where, Acl, Context, cancel);

    /// <summary>Throws away a message that has come in part; nothing where there is none. Comes before <see cref="ResetTransaction"/>.</summary>
    public async ValueTask DropChunksAsync()
    {
        if (Transaction.Chunks is not { } chunks) return;
        (Transaction.Chunks, Intake) = (null, null);
        await chunks.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The command before this one was RCPT, and the client did not have to wait for its answer.</summary>
    public bool FollowsRcpt => (Offered & Extensions.Pipelining) != 0 && Context.Connection.CommandHistory is [.., "RCPT", _];

    /// <summary>Input that came before our reply to what we are answering.</summary>
    public bool HasMoreInput => !_input.IsEmpty;
    public string NextInput => Common.Latin1.Decode(_input.Slice(0, Math.Min(_input.Length, 32)).ToArray());

    /// <summary>Decodes a message from the input until the decoder has its end; false when the connection ended or timed out first (EndReason says which).</summary>
    public async ValueTask<bool> ReadDataAsync(IDataDecoder decoder, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancel)
    {
        while (!decoder.IsEnd)
        {
            if (_input.IsEmpty && !await FillAsync(inData: true, cancel).ConfigureAwait(false)) return false;
            var segment = _input.First;
            var rest = segment;
            while (decoder.TryDecode(ref rest, out var piece)) await take(piece, cancel).ConfigureAwait(false);
            _input = _input.Slice(segment.Length - rest.Length);
        }
        _lines.SkipsLf = decoder is LocalDecoder { EndsInCr: true };
        return true;
    }

    /// <summary>A line that is no command: what the client says to a challenge. When it goes away instead, lost comes before the session notes its end.</summary>
    public async ValueTask<AuthAnswer> ReadAnswerAsync(Action lost, CancellationToken cancel)
    {
        CommandRead read;
        string line;
        while ((read = _lines.TryRead(ref _input, out line)) == CommandRead.Incomplete)
            if (!await FillAsync(inData: false, cancel, lost).ConfigureAwait(false)) return AuthAnswer.Ended(AuthOutcomeKind.Lost);
        return read switch
        {
            CommandRead.Line => AuthAnswer.Of(line),
            CommandRead.TooLong => AuthAnswer.Ended(AuthOutcomeKind.TooLong),
            _ => AuthAnswer.Ended(AuthOutcomeKind.BadBase64),
        };
    }

    async ValueTask<SessionStep> NextAsync(CancellationToken cancel)
    {
        CommandRead read;
        string line;
        while ((read = _lines.TryRead(ref _input, out line)) == CommandRead.Incomplete)
            if (!await FillAsync(inData: false, cancel).ConfigureAwait(false)) return SessionStep.Close;
        LastLine = line;
        return read switch
        {
            CommandRead.Line => await AnswerAsync(line, cancel).ConfigureAwait(false),
            CommandRead.TooLong => _limits.SyntaxError(Smtp.Replies.LineTooLong),
            _ => _limits.SyntaxError(Smtp.Replies.BadLineEnd),
        };
    }

    ValueTask<SessionStep> AnswerAsync(string line, CancellationToken cancel)
    {
        var row = CommandTable.Find(line, out var argument);
        if (Services.Proxied is { IsBroken: true } && row?.Verb != "QUIT") return new(_limits.ProtocolError(Smtp.Replies.ProxyFailed));
        if (row?.IsOfLmtp is { } lmtp && lmtp != IsLmtp) row = null;
        if (Transaction.Chunks is { } chunks && ChunkGate.Check(chunks, row) is { } refusal) return new(_limits.ProtocolError(refusal));
        (Context.Connection.SmtpCommand, Context.Connection.SmtpCommandArgument) = (line, argument);
        // What no command is may be anything, also the text of a message that was refused: more of it is not waited for.
        if (row is null) return new(HasMoreInput && EnforcesSync ? _limits.OutOfSync() : _limits.Unrecognized());
        if (HasMoreInput && MustSync(row)) return new(_limits.OutOfSync());
        if (HasMoreInput && HasTiming && row.Sync == SyncRule.UnlessPipelining && (Offered & Extensions.Pipelining) != 0) PipeliningUsed = true;
        if (!row.IsMail && _limits.TooManyNonmail(row)) return new(SessionStep.Close);
        if (row.TakesNoArgument && argument.Length > 0) return new(_limits.SyntaxError(Smtp.Replies.UnexpectedArgument));
        // Exim counts the chunks of a message as one command.
        if (Transaction.Chunks is null || row.Verb != "BDAT") _limits.Note(row);
        if ((row.Legal & State) == 0) return new(_limits.WrongPlace(row));
        return row.Handler(this, argument, cancel);
    }

    /// <summary>TLS before the banner: the port is one of tls_on_connect_ports, or the server was started with -tls-on-connect.</summary>
    public bool StartsInTls => Services.TlsOnConnect || (Connection.Local is { } local && Rules.Options.Tls.IsOnConnect(local.Port));

    /// <summary>A remote client's input may come too early; that of a program or a file is all there at once.</summary>
    public bool HasTiming => !IsLocal && Trial is null;

    /// <summary>Not through TLS: nobody can slip a command in there, and Exim does not look.</summary>
    bool EnforcesSync => !Connection.IsEncrypted && (Rules.Options.EnforceSync || Acl.ConnectionControls.Contains("enforce_sync")) && HasTiming && !Acl.ConnectionControls.Contains("no_enforce_sync");

    bool MustSync(CommandRow row) =>
        EnforcesSync && (row.Sync == SyncRule.Always && !MayPipelineHello(row) || (row.Sync == SyncRule.UnlessPipelining && (Offered & Extensions.Pipelining) == 0));

    /// <summary>PIPECONNECT: what follows EHLO may come with it.</summary>
    bool MayPipelineHello(CommandRow row)
    {
        if (row.Verb != "EHLO" || State >= SessionState.Greeted && Offered != Extensions.None || !ExtensionTable.IsFor(this, Rules.Options.Extensions.PipeConnectHosts, otherwise: false)) return false;
        return IsEarly = true;
    }

    /// <summary>Waits for input, after sending what is due; false at the end of the input, a time-out or a stop.</summary>
    async ValueTask<bool> FillAsync(bool inData, CancellationToken cancel, Action? lost = null)
    {
        if (Replies.HasPending) await Replies.FlushAsync(cancel).ConfigureAwait(false);
        if (Connection.IsStopping && !inData) return SessionEnd.Stopped(this);
        var had = _input.Length;
        if (_holdsInput) Connection.Input.AdvanceTo(_input.Start, _input.End);
        while (true)
        {
            var result = await Connection.ReadAsync(ReceiveTimeout, cancel).ConfigureAwait(false);
            (_input, _holdsInput) = (result.Buffer, true);
            if (_input.Length > had) { Connection.Busy(); return true; }
            if (result.IsCompleted)
            {
                lost?.Invoke();
                return SessionEnd.Lost(this, inData);
            }
            if (Connection.IsStopping && !inData) return SessionEnd.Stopped(this);
            if (Connection.IsExpired) return SessionEnd.TimedOut(this, inData);
            Connection.Input.AdvanceTo(_input.Start, _input.End);
        }
    }
}
