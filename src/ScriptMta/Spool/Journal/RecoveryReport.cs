namespace ScriptMta.Spool;

/// <summary>Collects what start-up finds, in plain words.</summary>
sealed class RecoveryReport(string directory)
{
    readonly List<string> _remarks = [];

    public long DroppedBytes { get; private set; }

    public void Remark(string text) => _remarks.Add(text);

    public void Dropped(long bytes, string text)
    {
        DroppedBytes += bytes;
        _remarks.Add(text);
    }

    public SpoolRecovery Finish(int messages, int segments, Mail.MessageId? newest) => new(messages, segments, DroppedBytes,
        $"spool {directory}: {messages} messages in {segments} segments; {(_remarks.Count == 0 ? "nothing dropped" : string.Join("; ", _remarks))}", newest);
}
