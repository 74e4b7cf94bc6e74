using ScriptMta.Common.Posix;

namespace ScriptMta.Spool;

/// <summary>Whole reads and writes over calls that may do a part, and what an error number means to the peer.</summary>
static class SpoolFileIO
{
    /// <summary>Throws when not all could be written; a part of the bytes may then be there.</summary>
    public static void WriteAll(this ISpoolFile file, ReadOnlySpan<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            var written = file.Write(bytes, offset);
            if (written <= 0) throw new IOException($"write at {offset} made no progress", PosixError.InputOutput);
            bytes = bytes[written..];
            offset += written;
        }
    }

    /// <summary>Fewer bytes than asked only at the end of the file.</summary>
    public static int ReadUpTo(this ISpoolFile file, Span<byte> into, long offset)
    {
        var total = 0;
        while (total < into.Length)
        {
            var read = file.Read(into[total..], offset + total);
            if (read == 0) break;
            total += read;
        }
        return total;
    }

    public static SpoolFault Fault(this IOException error) =>
        error.HResult is PosixError.NoSpace or PosixError.QuotaExceeded ? SpoolFault.DiskFull : SpoolFault.InputOutput;

    public static SpoolException Refusal(this IOException error) => error.Fault() == SpoolFault.DiskFull
        ? new($"the spool's disk is full ({error.Message}): free space there; mail is taken again by itself", SpoolFault.DiskFull, error)
        : new($"the spool cannot be written ({error.Message}): check the disk and the directory's permissions", SpoolFault.InputOutput, error);
}
