using System.Globalization;
using ScriptMta.Common;
using ScriptMta.Common.Posix;

namespace ScriptMta.Transports;

/// <summary>
/// The file maildirsize of Maildir++ (Exim 26.7): the limits in the first line, then what came and went, "bytes files" in each. It is made anew where it is missing, grows beyond 5,120 bytes, is for other
/// limits, or says that the mailbox is full although that may be over: then the messages are counted.
/// </summary>
sealed class MaildirSizeFile(string maildir, QuotaLimit limit, Func<MailboxUsage> count, TimeProvider clock)
{
    const int LongestFile = 5120, Mode = 0x180; // 0600
    /// <summary>A mailbox that was full this long ago may have been read since.</summary>
    static readonly TimeSpan TrustFull = TimeSpan.FromMinutes(15);

    readonly string _path = $"{maildir}/maildirsize";

    string Header => $"{limit.Size}S,{limit.Files}C\n";

    public MailboxUsage Read() => Known() ?? Recount();

    /// <summary>Without making the file.</summary>
    public MailboxUsage Look() => Known() ?? count();

    /// <summary>A message has come.</summary>
    public void Add(long size)
    {
        using var file = MailFiles.OpenFile(_path, MailFiles.Open.Write | MailFiles.Open.Append | MailFiles.Open.Create, Mode);
        MailFiles.WriteAll(file, Latin1.Encode($"{size} 1\n"));
    }

    /// <summary>Null where the file cannot be relied on.</summary>
    MailboxUsage? Known()
    {
        if (MailFiles.Status(_path) is not { Kind: MailFileKind.Regular, Size: > 0 and <= LongestFile } status) return null;
        var text = Text();
        if (!text.StartsWith(Header, StringComparison.Ordinal)) return null;
        var lines = text[Header.Length..].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var total = default(MailboxUsage);
        foreach (var line in lines)
        {
            if (Entry(line) is not { } entry) return null;
            total += entry;
        }
        var full = limit.Size > 0 && total.Size > limit.Size || limit.Files > 0 && total.Files > limit.Files;
        return total.Size < 0 || total.Files < 0 || full && (lines.Length > 1 || clock.GetUtcNow() - status.ModifiedAt > TrustFull) ? null : total;
    }

    string Text()
    {
        using var stream = new FileStream(MailFiles.OpenFile(_path, MailFiles.Open.Read, 0), FileAccess.Read);
        var bytes = new byte[LongestFile];
        return Latin1.Decode(bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
    }

    static MailboxUsage? Entry(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        const NumberStyles signed = NumberStyles.AllowLeadingSign;
        return words.Length == 2 && long.TryParse(words[0], signed, CultureInfo.InvariantCulture, out var size) && long.TryParse(words[1], signed, CultureInfo.InvariantCulture, out var files) ? new(size, files) : null;
    }

    MailboxUsage Recount()
    {
        var counted = count();
        var fresh = $"{maildir}/tmp/{clock.GetUtcNow().ToUnixTimeSeconds()}.H{Guid.NewGuid():N}.maildirsize";
        using (var file = MailFiles.OpenFile(fresh, MailFiles.Open.Write | MailFiles.Open.Create | MailFiles.Open.Exclusive, Mode))
            MailFiles.WriteAll(file, Latin1.Encode($"{Header}{counted.Size} {counted.Files}\n"));
        MailFiles.Rename(fresh, _path);
        return counted;
    }
}
