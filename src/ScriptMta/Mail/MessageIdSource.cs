namespace ScriptMta.Mail;

/// <summary>
/// Makes message ids. The fraction counts up within a second (62^4 ids), and the second never goes back, so ids stay unique when the clock jumps; nor behind the newest id that the
/// spool knows, should the clock have been set back before a start under the same process id.
/// </summary>
sealed class MessageIdSource(TimeProvider clock, int processId, MessageId? after = null)
{
    readonly Lock _gate = new();
    long _second = after is { } newest ? newest.Second + 1 : 0;
    long _fraction;

    public MessageId Next()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            var second = now.ToUnixTimeSeconds();
            // 5 microseconds a step: the last digits tell the time inside the second, as Exim's do.
            var fraction = now.Ticks % TimeSpan.TicksPerSecond / 50;
            if (second < _second || (second == _second && fraction <= _fraction))
                (second, fraction) = (_second, _fraction + 1);
            if (fraction >= FractionLimit) (second, fraction) = (second + 1, 0);
            (_second, _fraction) = (second, fraction);
            return new(string.Create(MessageId.Length, (second, processId, fraction), static (span, parts) =>
            {
                Write(span[..6], parts.second);
                span[6] = '-';
                Write(span.Slice(7, 11), parts.processId);
                span[18] = '-';
                Write(span[19..], parts.fraction);
            }));
        }
    }

    const long FractionLimit = 62L * 62 * 62 * 62;

    static void Write(Span<char> span, long value)
    {
        for (var i = span.Length - 1; i >= 0; i--)
        {
            span[i] = MessageId.Alphabet[(int)(value % 62)];
            value /= 62;
        }
    }
}
