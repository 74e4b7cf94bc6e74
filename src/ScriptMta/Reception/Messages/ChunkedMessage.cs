using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>
/// A message that comes by BDAT, between its first chunk and its end. It belongs to one transaction, which drops it on every way out (CVE-2017-16944, CVE-2020-28019).
/// Memory is that of an intake: the header section, and what the spool's draft holds.
/// </summary>
sealed class ChunkedMessage(MessageIntake intake) : IAsyncDisposable
{
    public MessageIntake Intake => intake;
    public ChunkDecoder Decoder { get; } = new();
    public long LastSize { get; private set; }
    /// <summary>A command that may not stand between chunks has come: nothing but RSET is obeyed from here on.</summary>
    public bool IsBroken { get; set; }

    /// <summary>As Exim counts it in its reply: line ends are two bytes, and an empty line is there before a body without one.</summary>
    public long Total => intake.Length + (intake.Length == 0 ? 2 : intake.IsSeparated ? 0 : 1);

    /// <summary>A line of the header section ended with LF alone (Exim looks at the first one only): what is a header field, here and at the next server, would be two things.</summary>
    public bool HasBadHeader => Decoder.FirstBareLf > 0 && Decoder.FirstBareLf <= Math.Max(1, intake.HeaderLines);

    /// <summary>False when the connection was lost first.</summary>
    public ValueTask<bool> ReadAsync(SmtpSession session, long size, CancellationToken cancel)
    {
        LastSize = size;
        Decoder.Begin(size);
        return session.ReadDataAsync(Decoder, intake.TakeAsync, cancel);
    }

    public async ValueTask FinishAsync(CancellationToken cancel)
    {
        if (Decoder.Complete() is { IsEmpty: false } rest) await intake.TakeAsync(rest, cancel).ConfigureAwait(false);
        await intake.FinishAsync(Decoder, cancel).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => intake.DisposeAsync();
}
