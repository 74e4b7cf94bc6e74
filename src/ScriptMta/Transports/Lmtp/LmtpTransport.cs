using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>lmtp (Exim chapter 28): LMTP (RFC 2033) with a local socket or a command. Each delivery is a conversation of its own; every recipient has a reply of its own.</summary>
sealed class LmtpTransport : ITransport
{
    readonly Template? _socket;
    readonly OptionText? _command;
    readonly TimeSpan _timeout;
    readonly bool _ignoreQuota;

    public LmtpTransport(SettingBlock block, OptionReader reader)
    {
        (_socket, _command) = (reader.Template("socket"), reader.Text("command"));
        reader.Template("command"); // Its words are expanded one by one; what is wrong with one is wrong with the whole.
        if (_socket is null == (_command is null)) reader.Error(_command is null ? "socket" : "command", $"one (and only one) of command or socket must be set for the {block.Name} transport");
        (_timeout, _ignoreQuota) = (reader.Time("timeout", TimeSpan.FromMinutes(5)), reader.Bool("ignore_quota", false));
        Options = TransportOptions.From(block, reader, isLocal: true) with
        {
            BatchMax = Math.Max(1, (int)reader.Int("batch_max", 1)), BatchId = reader.Template("batch_id"), AsksForLocalPart = TransportOptions.AsksFor(block, "local_part"),
            MultiDomain = TransportOptions.AsksFor(block, "domain") ? MultiDomainChoice.Never : MultiDomainChoice.Always,
        };
    }

    public TransportOptions Options { get; }

    public async ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(TransportJob job, CancellationToken cancel)
    {
        var setting = JobSetting.For(job, Options);
        if (setting.Failure is { } failure) return failure;
        var context = setting.Context;
        var identity = DeliveryIdentity.Of(job, Options, context);
        if (identity.Error is { } wrong) return Outcomes.Deferred(job, wrong);
        var headers = CopyHeaders.For(job, Options, context, setting.ReturnPath);
        if (headers.Error is { } headerError) return Outcomes.Deferred(job, headerError);
        try
        {
            if (_socket is null) return await ByCommandAsync(job, identity, context, setting.ReturnPath, headers.Text, cancel);
            var (peer, problem) = Connect(identity, context);
            return peer is null ? Outcomes.Deferred(job, problem) : await ConverseAsync(job, peer, context, setting.ReturnPath, headers.Text, cancel);
        }
        catch (IOException io) { return Outcomes.Deferred(job, $"message could not be read for {Options.Name} transport: {io.Message}"); }
        catch (OperationCanceledException) { return Outcomes.Deferred(job, "delivery was interrupted by shutdown", 0); }
    }

    /// <summary>As the user of the delivery. A server whose queue of connections is full is one that cannot be reached: nothing waits for it.</summary>
    (SmtpPeer? Peer, string Problem) Connect(DeliveryIdentity identity, ExpansionContext context)
    {
        var path = _socket!.Expand(context);
        if (!path.IsOk) return (null, $"Expansion of \"{_socket.Source}\" (socket setting for {Options.Name} transport) failed: {path.Error}");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            identity.Run(() => socket.Connect(new UnixDomainSocketEndPoint(Latin1.ToUnicode(path.Text))));
            socket.Blocking = true;
            return (new(new NetworkStream(socket, ownsSocket: true), socket, new("", IPAddress.None, 0), context.Environment.Clock), "");
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            socket.Dispose();
            return (null, $"Failed to connect to socket {path.Text} for {Options.Name} transport: {Reason(error)}");
        }
    }

    /// <summary>.NET has numbers of the network for what befalls files.</summary>
    static string Reason(Exception error) => error is not SocketException failure ? "the name is too long or empty" : failure.SocketErrorCode switch
    {
        SocketError.AddressNotAvailable => "No such file or directory",
        SocketError.AccessDenied => "Permission denied",
        SocketError.WouldBlock => "Resource temporarily unavailable",
        _ => Marshal.GetPInvokeErrorMessage(failure.NativeErrorCode),
    };

    async ValueTask<IReadOnlyList<DeliveryOutcome>> ByCommandAsync(TransportJob job, DeliveryIdentity identity, ExpansionContext context, string returnPath, string headers, CancellationToken cancel)
    {
        var command = PipeCommand.Parse(_command!.Value.Text, expand: true, job, Options.Name, context);
        if (command.Error is { } error) return command.Defer ? Outcomes.Deferred(job, error, 0) : Outcomes.Failed(job, error, "");
        await using var process = LmtpProcess.Start([.. identity.CommandPrefix, .. command.Arguments], identity.Directory ?? identity.Home?.Text ?? "/", out var problem);
        if (process is null) return Outcomes.Deferred(job, $"Failed to create child process for {Options.Name} transport: {problem}");
        var peer = new SmtpPeer(process.Stream, null, new("", IPAddress.None, 0), context.Environment.Clock);
        return await ConverseAsync(job, peer, context, returnPath, headers, cancel);
    }

    async ValueTask<IReadOnlyList<DeliveryOutcome>> ConverseAsync(TransportJob job, SmtpPeer peer, ExpansionContext context, string returnPath, string headers, CancellationToken cancel)
    {
        // As Exim talks to local servers: one command at a time, without SIZE, DATA rather than BDAT.
        var settings = new SmtpClientSettings
        {
            HeloName = context.Environment.PrimaryHostname, CommandTimeout = _timeout, DataTimeout = _timeout, FinalTimeout = _timeout, IsLmtp = true, IgnoreQuota = _ignoreQuota, AvoidPipelining = true,
        };
        switch (await SmtpDialer.GreetAsync(peer, settings, cancel))
        {
            case DialResult.Refused refused: return LmtpOutcomes.Same(job, new RecipientResult.Refused(refused.Step, refused.Command, refused.Reply));
            case DialResult.Broken broken: return LmtpOutcomes.Same(job, new RecipientResult.Broken(broken.Trouble));
        }
        var transaction = new SmtpTransaction(peer, settings, new()
        {
            ReturnPath = returnPath, Recipients = [.. job.Recipients.Select(r => SmtpRun.Recipient(r, Options))], Content = SmtpRun.ContentOf(job, Options, headers),
        });
        IReadOnlyList<RecipientResult>? results = null;
        try { results = await transaction.RunAsync(cancel); }
        finally { if (results is null || !transaction.CanContinue) await peer.DisposeAsync(); }
        if (transaction.CanContinue) await peer.QuitAsync();
        var log = new LogWriting(context.Environment.Log.Options);
        return [.. results.Select((result, i) => LmtpOutcomes.Of(job.Recipients[i], result, log, transaction.ContentSent))];
    }
}
