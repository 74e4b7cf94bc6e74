using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Fuzz;

/// <summary>
/// A whole message: its parts, their fields, names and contents. A message that stands alone and the same as a message inside must have the same parts; a part lies in the one round it; what is
/// decoded does not depend on how it is read.
/// </summary>
static class MimeTarget
{
    /// <summary>Contents of larger inputs are read once only.</summary>
    const int LargestReadTwice = 20_000;

    public const string Words = "~ ~~ --b ~--b~ ~--b--~ ~--x~ boundary=b boundary=\"b\" boundary=x Content-Type:_multipart/mixed; Content-Type:_message/rfc822~~ Content-Type:_text/plain; Content-Disposition:_attachment; "
        + "filename= filename*= filename*0= filename*0*= filename*1= filename*00= name= utf-8'' iso-8859-1'en' %65 %2 =?utf-8?B?dGVzdA==?= =?utf-8?Q?a=20b?= Content-Transfer-Encoding:_base64~ Content-Transfer-Encoding:_quoted-printable~ "
        + "aGVsbG8= = == =3D =~ =20 =_~ ! \" \\ \\\" ( ) ; ;; ' * *0 *1 charset= multipart/alternative; multipart/digest; _ \t";

    public static string Run(string text)
    {
        var bytes = Latin1.Encode(text.Replace("\r\n", "\n").Replace("\n", "\r\n"));
        var parsed = HeaderParser.Parse(Latin1.Decode(bytes), HeaderLimits.Default);
        var body = new MemoryStream(bytes[Math.Min(bytes.Length, parsed.BodyStart)..]);
        var tree = MimeReader.Read(parsed.Headers, body, MimeLimits.Default);
        var count = Check(tree.Root, 0, body.Length);
        if (count > MimeLimits.Default.Parts) throw new InvalidOperationException($"{count} parts");
        var inside = MimeReader.ReadMessage(new MemoryStream(bytes), MimeLimits.Default with { Depth = MimeLimits.Default.Depth + 1, Parts = MimeLimits.Default.Parts + 1 });
        if (tree.Problem is null && inside.Problem is null && Shape(inside.Root) != Shape(tree.Root)) throw new InvalidOperationException($"alone {Shape(tree.Root)}, inside {Shape(inside.Root)}");
        var names = tree.Root.All.SelectMany(part => part.FileNames).Count();
        var sizes = tree.Root.All.Sum(part => Decoded(part, body, bytes.Length <= LargestReadTwice));
        return $"{tree.Problem} parts {int.Log2(count)} names {int.Log2(names + 1)} size {int.Log2((int)sizes + 1)}";
    }

    static int Check(MimePart part, long start, long end)
    {
        if (part.Start < start || part.Start + part.Length > end) throw new InvalidOperationException($"{part.Start}+{part.Length} is not in {start} to {end}");
        return 1 + part.Children.Sum(child => Check(child, part.Start, part.Start + part.Length));
    }

    static string Shape(MimePart part) => $"({part.ContentType} {part.Length} {part.FileName}{string.Concat(part.Children.Select(Shape))})";

    static long Decoded(MimePart part, Stream body, bool twice)
    {
        using var decoded = part.OpenDecodedText(body);
        var whole = new MemoryStream();
        decoded.CopyTo(whole);
        if (!twice) return whole.Length;
        using var again = part.OpenDecodedText(body);
        var slow = new MemoryStream();
        for (int next; (next = again.ReadByte()) >= 0;) slow.WriteByte((byte)next);
        return slow.ToArray().AsSpan().SequenceEqual(whole.ToArray()) ? whole.Length : throw new InvalidOperationException("what is decoded depends on how it is read");
    }
}
