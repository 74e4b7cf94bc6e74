using ScriptMta.Common;

namespace ScriptMta.Language;

/// <summary>What the reader needs besides the file.</summary>
sealed record ReadOptions
{
    /// <summary>A configuration larger than this is a mistake (a device, a mailbox), and reading it would only use up memory.</summary>
    public const int MaxFileBytes = 64 * 1024 * 1024;

    /// <summary>`-D` settings in order; they win over every definition in the file.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Macros { get; init; } = [];

    /// <summary>Predefined macros, whose names begin with an underscore and a capital. Asked for when a line first holds a word like these.</summary>
    public Func<Dictionary<string, string>> BuiltInMacros { get; init; } = static () => [];

    /// <summary>The text of a file; null when there is none. IOException or UnauthorizedAccessException when it cannot be read.</summary>
    public Func<string, string?> OpenFile { get; init; } = ReadFile;

    static string? ReadFile(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path)) return null;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new MemoryStream();
        var chunk = new byte[64 * 1024];
        for (int read; (read = stream.Read(chunk)) > 0;)
        {
            if (bytes.Length + read > MaxFileBytes) throw new IOException($"it is larger than {MaxFileBytes} bytes");
            bytes.Write(chunk, 0, read);
        }
        return Latin1.Decode(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }
}
