using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>DATA and the content of a cut-through delivery over the connection that a callout holds.</summary>
static class CutThroughContent
{
    /// <summary>Null with the reason when there was no reply to the final dot.</summary>
    public static async ValueTask<(PeerReply? Final, string Why)> SendAsync(TransportOptions options, HeldCallout held, CutThroughMessage message, CancellationToken cancel)
    {
        var job = new TransportJob
        {
            Id = message.Id, Headers = message.Headers, BodyLength = message.BodyLength, OpenBody = _ => new(message.OpenBody()), Recipients = held.Recipients, ReturnPath = message.ReturnPath, Context = message.Context,
        };
        var setting = JobSetting.For(job, options);
        if (setting.Failure is not null) return (null, $"transport {options.Name} does not take it");
        var headers = CopyHeaders.For(job, options, setting.Context, message.ReturnPath);
        if (headers.Error is { } problem) return (null, problem);
        (PeerReply? Final, string Why)? result = null;
        try { return (result = await ConverseAsync(options, held, message, headers.Text, cancel).ConfigureAwait(false)).Value; }
        catch (PeerException trouble) { return (null, trouble.After(SmtpStep.Data, "DATA").Text); }
        catch (Exception error) when (error is IOException or Spool.SpoolException) { return (null, error.Message); }
        finally
        {
            // Half a message must not be followed by anything that could end it.
            if (result is null) await held.Peer.DisposeAsync().ConfigureAwait(false);
        }
    }

    static async ValueTask<(PeerReply? Final, string Why)> ConverseAsync(TransportOptions options, HeldCallout held, CutThroughMessage message, string headers, CancellationToken cancel)
    {
        var (peer, settings) = (held.Peer, held.Host.Settings);
        await peer.SendAsync("DATA", settings.CommandTimeout, cancel).ConfigureAwait(false);
        var go = await peer.ReadAsync(settings.CommandTimeout, cancel).ConfigureAwait(false);
        if (!go.IsIntermediate) return (null, go.Text);
        using var output = new PeerBuffer();
        var content = new OutgoingContent(Latin1.Encode(headers), options.HeadersOnly ? null : _ => new(message.OpenBody()), message.BodyLength);
        await using var source = new ContentSource(content, dots: true);
        await new DataSender(peer, settings, output, source).SendAsync(cancel).ConfigureAwait(false);
        return (await peer.ReadAsync(settings.FinalTimeout, cancel).ConfigureAwait(false), "");
    }
}
