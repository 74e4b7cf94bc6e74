using System.Globalization;
using System.Text;
using ScriptMta.Expansion;
using ScriptMta.Logging;

namespace ScriptMta.Acl;

/// <summary>
/// What control = debug has switched on in one session: every step of its rules goes to a file of its own in the log directory, "debuglog" and the tag, until the session ends, a
/// rule stops it, or a rule throws it away. With a pretrigger the last steps wait in memory for the trigger. A file that cannot be written ends it, with a line in the panic log.
/// </summary>
sealed class DebugTrace : IDisposable
{
    /// <summary>A forgotten control must not fill the disk: far more than the rules of any message have to say.</summary>
    const long LargestFile = 64 << 20;

    readonly ExpansionContext _context;
    readonly string _path;
    readonly StringBuilder _waiting = new();
    readonly Lock _gate = new();
    int _pretrigger;
    bool _ended;
    StreamWriter? _writer;

    DebugTrace(ExpansionContext context, string path, DebugRequest request)
    {
        (_context, _path, _pretrigger) = (context, path, request.Pretrigger);
        _context.Trace ??= new(static _ => { });
        _context.Trace.Also = Write;
        if (request.TriggersOnPanic) _context.Environment.Log.PanicWritten += Trigger;
    }

    /// <summary>Carries out one control. In a dry run, or where the log is not in files, nothing is written.</summary>
    public static void Apply(AclRun run, string options)
    {
        var request = DebugRequest.Parse(options);
        var (log, on) = (run.Context.Environment.Log, run.Session.Debug);
        if (request.IsStop || request.IsKill)
        {
            on?.End(delete: request.IsKill);
            run.Session.Debug = null;
            return;
        }
        if (on is null && !run.Context.DryRun && log.Options.Directory.Length > 0)
            on = run.Session.Debug = new(run.Context, Path.Combine(log.Options.Directory, "debuglog" + request.Tag), request);
        if (request.TriggersNow) on?.Trigger();
    }

    public void Dispose() => End(delete: false);

    void Write(TraceStep step)
    {
        lock (_gate)
        {
            if (_ended) return;
            var time = _context.Environment.Clock.GetLocalNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
            var place = step.At.Line > 0 ? $" ({step.At.File} {step.At.Line})" : "";
            var text = step.Result.Length > 0 ? $"{step.Text}: {step.Result}" : step.Text;
            _waiting.Append(CultureInfo.InvariantCulture, $"{time} {new string(' ', 2 * step.Depth)}{step.Kind} {MailLog.Printable(text)}{place}\n");
            if (_pretrigger == 0) Flush();
            else if (_waiting.Length > _pretrigger) _waiting.Remove(0, _waiting.Length - _pretrigger);
        }
    }

    void Trigger()
    {
        lock (_gate)
        {
            if (_ended) return;
            _pretrigger = 0;
            Flush();
        }
    }

    void Flush()
    {
        try
        {
            _writer ??= LogFiles.Append(_path);
            if (_writer.BaseStream.Length < LargestFile) _writer.Write(_waiting);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _ended = true;
            _context.Environment.Log.Panic(null, $"debug log {_path} cannot be written: {error.Message}");
        }
        _waiting.Clear();
    }

    void End(bool delete)
    {
        lock (_gate)
        {
            _context.Trace!.Also = null;
            _context.Environment.Log.PanicWritten -= Trigger;
            _ended = true;
            _writer?.Dispose();
            if (delete && _writer is not null) File.Delete(_path);
            _writer = null;
        }
    }
}
