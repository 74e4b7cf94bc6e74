namespace ScriptMta.Smtp;

/// <summary>One step of opening a conversation. Null = go on to the next. May throw <see cref="PeerException"/>, which is reported with the opening's Step and Command.</summary>
delegate ValueTask<DialResult?> OpeningStep(SmtpOpening opening, CancellationToken cancel);

/// <summary>
/// From a connection to a conversation in which MAIL can be said: [TLS on connect], banner, EHLO (HELO after any error reply, RFC 5321 3.2, as Exim does),
/// [STARTTLS and EHLO again], [AUTH]. The steps in brackets are the settings', null = left out. One owner.
/// </summary>
sealed class SmtpOpening(SmtpPeer peer, SmtpClientSettings settings)
{
    /// <summary>What the banner answers, in Exim's words.</summary>
    public const string FirstCommand = "initial connection";

    static readonly string[] EhloThenHelo = ["EHLO", "HELO"], Helo = ["HELO"], Lhlo = ["LHLO"];

    public SmtpPeer Peer => peer;
    public SmtpClientSettings Settings => settings;
    /// <summary>Where the conversation stands, and what was said last as Exim names it: what a failure is reported with.</summary>
    public SmtpStep Step { get; private set; } = SmtpStep.Banner;
    public string Command { get; private set; } = FirstCommand;

    public async ValueTask<DialResult> RunAsync(CancellationToken cancel)
    {
        OpeningStep?[] steps = [settings.SecureOnConnect, BannerAsync, HelloAsync, settings.StartTls, settings.Authenticate];
        try
        {
            foreach (var step in steps)
                if (step is not null && await step(this, cancel) is { } end) return end;
            return new DialResult.Opened(peer);
        }
        catch (PeerException error) { return new DialResult.Broken(error.After(Step, Command)); }
    }

    /// <summary>Says a command and gives the reply. Shown is how failures name it where the command itself must not be logged.</summary>
    public async ValueTask<PeerReply> AskAsync(SmtpStep step, string command, CancellationToken cancel, string? shown = null)
    {
        (Step, Command) = (step, shown ?? command);
        await peer.SendAsync(command, settings.CommandTimeout, cancel);
        return await peer.ReadAsync(settings.CommandTimeout, cancel);
    }

    /// <summary>EHLO, and HELO where it is refused; the extensions are those of the newest answer. To be repeated after STARTTLS (RFC 3207 4.2).</summary>
    public static async ValueTask<DialResult?> HelloAsync(SmtpOpening opening, CancellationToken cancel)
    {
        var (peer, settings) = (opening.Peer, opening.Settings);
        peer.Extensions = PeerExtensions.None;
        PeerReply? reply = null;
        foreach (var verb in settings.IsLmtp ? Lhlo : settings.AvoidEsmtp ? Helo : EhloThenHelo)
        {
            reply = await opening.AskAsync(SmtpStep.Helo, $"{verb} {settings.HeloName}", cancel);
            if (!reply.IsPositive) continue;
            if (verb != "HELO") peer.Extensions = PeerExtensions.From(reply);
            return null;
        }
        return await opening.RefusedAsync(reply!);
    }

    /// <summary>QUIT, and the refusal with the current step and command.</summary>
    public async ValueTask<DialResult> RefusedAsync(PeerReply reply)
    {
        await peer.QuitAsync();
        return new DialResult.Refused(Step, Command, reply);
    }

    static async ValueTask<DialResult?> BannerAsync(SmtpOpening opening, CancellationToken cancel)
    {
        var reply = await opening.Peer.ReadAsync(opening.Settings.CommandTimeout, cancel);
        return reply.IsPositive ? null : await opening.RefusedAsync(reply);
    }
}
