using ScriptMta.Common.Posix;

namespace ScriptMta.Reception;

/// <summary>What the limits ask of the machine. Tests say what they like.</summary>
sealed record MachineState
{
    public static readonly MachineState Own = new();

    /// <summary>The load average in thousandths; -1 = unknown.</summary>
    public Func<int> Load { get; init; } = MachineLoad.Thousandths;
    /// <summary>Free bytes and files below a directory; an IOException where that cannot be told.</summary>
    public Func<string, (long Bytes, long Files)> Free { get; init; } = static path => Of(Existing(path));

    static (long, long) Of(string path) => (FileSpace.Free(path), FileSpace.FreeInodes(path));

    /// <summary>A directory that is still to be made will be on the file system of the one that holds it.</summary>
    static string Existing(string path)
    {
        while (!Directory.Exists(path) && Path.GetDirectoryName(path) is { Length: > 0 } parent) path = parent;
        return path;
    }
}
