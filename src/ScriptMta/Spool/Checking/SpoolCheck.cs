using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>
/// Reads a spool whole and says what is wrong with it: the checksum of every record and body, what each seal says of its segment, the chain of outcomes of each queued message, and the accounts. Changes
/// nothing, and may run beside the owner.
/// </summary>
sealed class SpoolCheck(SpoolOptions options, ISpoolFiles files)
{
    /// <summary>What looks torn in the segment that the owner writes may be a record on its way.</summary>
    const int Looks = 3;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    const int ReadSize = 64 << 10;

    readonly List<SpoolFinding> _findings = [];
    readonly List<string> _notes = [];
    long _records, _bytes;
    int _bodyFiles;

    /// <summary>Throws <see cref="SpoolException"/> when it cannot be read at all.</summary>
    public SpoolReport Run(CancellationToken cancel)
    {
        using var snapshot = SpoolSnapshot.Open(options, files);
        foreach (var file in snapshot.Unreadable) _findings.Add(new(file, 0, "both copies of the header are lost: nothing in this file can be read"));
        foreach (var segment in snapshot.Segments)
        {
            cancel.ThrowIfCancellationRequested();
            CheckSegment(segment);
        }
        foreach (var id in snapshot.Ids())
        {
            cancel.ThrowIfCancellationRequested();
            CheckMessage(snapshot, id);
        }
        foreach (var (at, counted, recorded) in snapshot.Differences) _findings.Add(new(PathOf(snapshot, at), at.Offset, $"the totals here are {recorded}, the records before come to {counted}"));
        ForgetWhatLeftMeanwhile();
        var (totals, queued) = snapshot.Account;
        return new(snapshot.Segments.Count, _records, _bytes, _bodyFiles, totals, queued, _findings, _notes);
    }

    void CheckSegment(Segment segment)
    {
        for (var look = 1; ; look++)
        {
            var scan = new SegmentScan(segment);
            using var contents = new SegmentContents();
            var isAsSealed = true;
            while (scan.Next())
                if (scan.IsSealed) isAsSealed = scan.Head.IsEmpty || scan.Head.SequenceEqual(contents.Written.Span);
                else contents.Add(JournalItem.Of(scan.Header, scan.Position, scan.Head));
            if (look < Looks && !scan.IsSealed && (scan.Gaps.Count > 0 || scan.TornBytes > 0))
            {
                Thread.Sleep(Pause);
                continue;
            }
            Note(segment, scan, isAsSealed);
            return;
        }
    }

    void Note(Segment segment, SegmentScan scan, bool isAsSealed)
    {
        _records += scan.Records;
        _bytes += scan.End;
        foreach (var gap in scan.Gaps) _findings.Add(new(segment.Path, gap.Start, $"{gap.End - gap.Start} bytes are no intact record{(gap.WasDurable ? ", though they had been on stable storage" : ": an interrupted write")}"));
        // Behind a gap the records come to something else in any case.
        if (!isAsSealed && scan.Gaps.Count == 0) _findings.Add(new(segment.Path, scan.Position.Offset, "the seal does not say what the records before it are"));
        if (scan.TornBytes > 0) _notes.Add($"{segment.Path}:{scan.End}: {scan.TornBytes} bytes of an interrupted write, which the next start drops");
    }

    void CheckMessage(SpoolSnapshot snapshot, MessageId id)
    {
        var at = snapshot.PositionOf(id);
        try
        {
            if (snapshot.Read(id, out var isChainBroken) is null) return;
            if (isChainBroken) _findings.Add(new(PathOf(snapshot, at), at.Offset, $"message {id}: some records of what happened to it are gone, so deliveries may be repeated", id));
            using var body = snapshot.OpenBody(id);
            if (body is not FileBodyStream) return;
            _bodyFiles++;
            var buffer = new byte[ReadSize];
            for (int read; (read = body.Read(buffer)) > 0;) _bytes += read;
        }
        catch (SpoolException error) { _findings.Add(new(PathOf(snapshot, at), at.Offset, $"message {id} cannot be delivered: {error.Message}", id)); }
    }

    /// <summary>A body file that was gone because its message had been delivered just then is right.</summary>
    void ForgetWhatLeftMeanwhile()
    {
        if (!_findings.Exists(static finding => finding.Id is not null)) return;
        using var now = SpoolSnapshot.Open(options, files);
        _findings.RemoveAll(finding => finding.Id is { } id && now.Find(id) is null);
    }

    static string PathOf(SpoolSnapshot snapshot, JournalPosition at) => snapshot.Segments.FirstOrDefault(segment => segment.Sequence == at.Segment)?.Path ?? at.ToString();
}
