using System.Runtime.InteropServices;

namespace ScriptMta.Spool;

/// <summary>A verified body in a rented buffer, given back when the stream is disposed.</summary>
sealed class InlineBodyStream(RecordData record) : MemoryStream(Segment(record).Array!, Segment(record).Offset, Segment(record).Count, writable: false, publiclyVisible: false)
{
    bool _disposed;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (_disposed) return;
        _disposed = true;
        record.Dispose();
    }

    static ArraySegment<byte> Segment(RecordData record) =>
        MemoryMarshal.TryGetArray(record.Body, out var segment) ? segment : throw new InvalidOperationException("a record stands in an array");
}
