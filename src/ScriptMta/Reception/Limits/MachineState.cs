using ScriptMta.Common;
using ScriptMta.Common.Posix;

namespace ScriptMta.Reception;

/// <summary>What the limits ask of the machine. Tests say what they like.</summary>
sealed record MachineState
{
    static readonly RecentValues<string, (long, long)> s_free = new(Memory, static path => Of(Existing(path)));

    public static readonly MachineState Own = new();

    /// <summary>The load average in thousandths; -1 = unknown.</summary>
    public Func<int> Load { get; init; } = MachineLoad.Thousandths;
    /// <summary>Free bytes and files below a directory; an IOException where that cannot be told.</summary>
    public Func<string, (long Bytes, long Files)> Free { get; init; } = s_free.Get;

    /// <summary>Each MAIL command asks (six system calls). A disk that fills up in less is met by the spool itself, which answers 452 too.</summary>
    static TimeSpan Memory => TimeSpan.FromMilliseconds(100);

    static (long, long) Of(string path) => (FileSpace.Free(path), FileSpace.FreeInodes(path));

    /// <summary>A directory that is still to be made will be on the file system of the one that holds it.</summary>
    static string Existing(string path)
    {
        while (!Directory.Exists(path) && Path.GetDirectoryName(path) is { Length: > 0 } parent) path = parent;
        return path;
    }
}
