using System.Text;

namespace ScriptMta.Logging;

/// <summary>
/// The files behind <see cref="MailLog"/>: log_file_path with "%s" for main, reject and panic (and "%D" for the day, "%M" for the month), or
/// /dev/stdout. Opened when first written, append only, mode 0640; opened anew after rotation renamed or removed the file.
/// </summary>
sealed class LogFiles(string pattern, TimeProvider clock) : IDisposable
{
    readonly Dictionary<LogFile, OpenFile> _open = [];

    /// <summary>How long a renamed file may still be written to: logrotate's delaycompress relies on more than this.</summary>
    static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    /// <summary>Called under MailLog's lock.</summary>
    public TextWriter WriterFor(LogFile file)
    {
        var path = PathOf(file);
        if (path is "/dev/stdout") return Console.Out;
        if (path is "/dev/stderr") return Console.Error;
        if (_open.TryGetValue(file, out var known))
        {
            if (known.Path == path && known.StillThere(clock)) return known.Writer;
            known.Writer.Dispose();
            _open.Remove(file);
        }
        var opened = OpenFile.At(path, clock);
        _open[file] = opened;
        return opened.Writer;
    }

    public string PathOf(LogFile file) => LogPath.Of(pattern, file, clock.GetLocalNow());

    public void Dispose()
    {
        foreach (var file in _open.Values) file.Writer.Dispose();
        _open.Clear();
    }

    /// <summary>Opens a log file to write at its end, and makes it and its folder where they are missing.</summary>
    public static StreamWriter Append(string path)
    {
        var folder = Path.GetDirectoryName(path);
        if (!string.IsNullOrEmpty(folder)) Directory.CreateDirectory(folder);
        var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
        });
        return new StreamWriter(stream, Encoding.Latin1) { AutoFlush = true, NewLine = "\n" };
    }

    sealed class OpenFile(string path, StreamWriter writer, DateTimeOffset checkedAt)
    {
        DateTimeOffset _checkedAt = checkedAt;

        public string Path { get; } = path;
        public StreamWriter Writer { get; } = writer;

        public static OpenFile At(string path, TimeProvider clock) => new(path, Append(path), clock.GetUtcNow());

        public bool StillThere(TimeProvider clock)
        {
            var now = clock.GetUtcNow();
            if (now - _checkedAt < CheckInterval) return true;
            _checkedAt = now;
            // A rotated log has a new, shorter file (or none) under its name.
            var current = new FileInfo(Path);
            return current.Exists && current.Length >= Writer.BaseStream.Length;
        }
    }
}
