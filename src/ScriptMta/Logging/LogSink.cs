namespace ScriptMta.Logging;

/// <summary>Where log entries go. Called under the lock of MailLog; an IOException says that the entry was not written.</summary>
abstract class LogSink
{
    public abstract void Write(LogRecord record, IReadOnlyList<LogFile> files);

    /// <summary>A writer for each file.</summary>
    public sealed class Files(Func<LogFile, TextWriter> writer) : LogSink
    {
        public override void Write(LogRecord record, IReadOnlyList<LogFile> files)
        {
            foreach (var file in files) writer(file).WriteLine(record.For(file));
        }
    }
}
