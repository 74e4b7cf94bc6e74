using System.Runtime.InteropServices;
using System.Text;

namespace ScriptMta.Common.Posix;

/// <summary>All that stat(2) tells of a name, for showing: ${stat:} prints it.</summary>
readonly record struct FileDescription(uint Mode, ulong Inode, ulong Device, uint Links, uint Owner, uint Group, long Size, long Accessed, long Modified, long Changed)
{
    const string Bits = "rwxrwxrwx";

    /// <summary>As ls -l prints it: <c>-rw-r--r--</c>.</summary>
    public string Symbolic
    {
        get
        {
            var text = new StringBuilder(10);
            text.Append((Mode & 0xf000) switch { 0x8000 => '-', 0x4000 => 'd', 0xa000 => 'l', 0x1000 => 'p', 0x2000 => 'c', 0x6000 => 'b', 0xc000 => 's', _ => '?' });
            for (var i = 0; i < Bits.Length; i++) text.Append((Mode & (0x100u >> i)) != 0 ? Bits[i] : '-');
            Special(text, 3, 0x800, 's', 'S');
            Special(text, 6, 0x400, 's', 'S');
            Special(text, 9, 0x200, 't', 'T');
            return text.ToString();
        }
    }

    void Special(StringBuilder text, int at, uint bit, char executable, char not)
    {
        if ((Mode & bit) != 0) text[at] = text[at] == 'x' ? executable : not;
    }
}

static unsafe partial class Files
{
    /// <summary>As <see cref="Status"/>, with everything.</summary>
    public static FileDescription? Describe(string path, out string reason)
    {
        reason = "No such file or directory";
        if (path.Length == 0 || path.Contains('\0')) return null;
        var buffer = stackalloc byte[StructureSize];
        fixed (byte* first = (byte[])[.. Encoding.Latin1.GetBytes(path), 0])
            if (statx(AtCurrentDirectory, first, 0, BasicStats, buffer) != 0)
            {
                reason = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
                return null;
            }
        var data = new ReadOnlySpan<byte>(buffer, StructureSize);
        // Major and minor numbers as makedev(3) packs small ones.
        var device = (ulong)MemoryMarshal.Read<uint>(data[136..]) << 8 | MemoryMarshal.Read<uint>(data[140..]);
        return new(MemoryMarshal.Read<ushort>(data[28..]), MemoryMarshal.Read<ulong>(data[32..]), device, MemoryMarshal.Read<uint>(data[16..]), MemoryMarshal.Read<uint>(data[20..]),
            MemoryMarshal.Read<uint>(data[24..]), MemoryMarshal.Read<long>(data[40..]), MemoryMarshal.Read<long>(data[64..]), MemoryMarshal.Read<long>(data[112..]), MemoryMarshal.Read<long>(data[96..]));
    }
}
