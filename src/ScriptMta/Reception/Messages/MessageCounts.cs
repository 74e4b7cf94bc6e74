using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Reception;

/// <summary>The message's numbers for the rules, as Exim counts them: line ends are one byte.</summary>
static class MessageCounts
{
    public static void Fill(ExpansionContext context, MessageIntake intake, HeaderSection headers)
    {
        var message = context.Message;
        // The empty line between header section and body is neither's; where it is missing, Exim counts it all the same.
        message.BodyLineCount = Math.Max(0, intake.Lines - intake.HeaderLines - (intake.IsSeparated ? 1 : 0));
        message.LineCount = intake.Lines + (intake.IsNothing || (intake.Lines > 0 && intake.IsSeparated) ? 0 : 1);
        message.BodySize = Math.Max(0, intake.Body.Length - message.BodyLineCount);
        var headerSize = intake.IsNothing ? 0L : 1L;
        foreach (var field in headers.Fields) headerSize += field.Name.Length + field.Body.Length + 2;
        message.Size = headerSize + message.BodySize;
        message.BodyZeroCount = intake.ZeroCount;
        message.MaxReceivedLineLength = (int)Math.Min(int.MaxValue, intake.MaxLineLength);
        message.Headers = headers;
        var body = intake.Body;
        message.BodyStart = limit => Peek(body, limit);
        message.BodyEnd = limit => End(body, limit);
    }

    static byte[] Peek(IBodyDraft body, int limit) => body.PeekAsync(limit, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    static byte[] End(IBodyDraft body, int limit)
    {
        var end = new byte[Math.Min(limit, body.Length)];
        var start = body.Length - end.Length;
        for (var filled = 0; filled < end.Length;) filled += body.Read(end.AsSpan(filled), start + filled);
        return end;
    }
}
