using System.Net.Sockets;
using System.Runtime.InteropServices;
using ScriptMta.Common.Posix;

namespace ScriptMta.Admin;

/// <summary>Who asks: taken from the kernel (SO_PEERCRED) or from this process, never from what the caller says.</summary>
readonly record struct Caller(int ProcessId, uint Uid, uint Gid)
{
    public static Caller Ourselves => new(Environment.ProcessId, Users.getuid(), Users.getgid());

    /// <summary>unix(7): SOL_SOCKET 1, SO_PEERCRED 17, struct ucred of three 32-bit fields.</summary>
    public static Caller Of(Socket peer)
    {
        Span<byte> credentials = stackalloc byte[12];
        peer.GetRawSocketOption(1, 17, credentials);
        var fields = MemoryMarshal.Cast<byte, uint>(credentials);
        return new((int)fields[0], fields[1], fields[2]);
    }

    /// <summary>Root, and the user that the owner of the spool runs as.</summary>
    public bool IsAdministrator => Uid == 0 || Uid == Users.geteuid();
}
