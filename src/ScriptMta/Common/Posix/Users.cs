using System.Runtime.InteropServices;

namespace ScriptMta.Common.Posix;

/// <summary>A row of the user database. Home and shell as the database has them; Gecos uncut.</summary>
sealed record UnixUser(string Name, uint Uid, uint Gid, string Gecos, string Home, string Shell);

/// <summary>getpwnam_r, getpwuid_r, getgrnam_r and getgrgid_r: the system's users and groups, whatever nsswitch says.</summary>
static partial class Users
{
    /// <summary>Each delivery asks who its user is; the C library reads the files again each time. A user that is changed is seen a second later, a new one at once.</summary>
    static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);

    static readonly RecentValues<string, UnixUser> s_users = new(Memory, AskByName);
    static readonly RecentValues<string, Tuple<uint>> s_groups = new(Memory, AskGroupId);

    public static UnixUser? ByName(string name) => s_users.Get(name);

    public static uint? GroupId(string name) => s_groups.Get(name)?.Item1;

    static UnixUser? AskByName(string name) =>
        name.Contains('\0') ? null : Read((ref Passwd entry, nint buffer, nuint size, out nint result) => getpwnam_r(name, ref entry, buffer, size, out result));

    public static UnixUser? ByUid(uint uid) =>
        Read((ref Passwd entry, nint buffer, nuint size, out nint result) => getpwuid_r(uid, ref entry, buffer, size, out result));

    static Tuple<uint>? AskGroupId(string name)
    {
        if (name.Contains('\0')) return null;
        uint? id = null;
        WithBuffer((buffer, size) =>
        {
            Group entry = default;
            var error = getgrnam_r(name, ref entry, buffer, size, out var result);
            if (error == 0 && result != 0) id = entry.Gid;
            return error;
        });
        return id is { } found ? new(found) : null;
    }

    public static string? GroupName(uint id)
    {
        string? name = null;
        WithBuffer((buffer, size) =>
        {
            Group entry = default;
            var error = getgrgid_r(id, ref entry, buffer, size, out var result);
            if (error == 0 && result != 0) name = Text(entry.Name);
            return error;
        });
        return name;
    }

    /// <summary>The group itself and the others that the user is in.</summary>
    public static IReadOnlyList<uint> GroupsOf(string user, uint group)
    {
        if (user.Contains('\0')) return [group];
        for (var room = 64; ; room *= 4)
        {
            var (groups, count) = (new uint[room], room);
            if (getgrouplist(user, group, groups, ref count) >= 0) return groups[..count];
            if (room > MostGroups) throw new IOException($"user {user} is in more than {MostGroups} groups");
        }
    }

    /// <summary>NGROUPS_MAX of Linux.</summary>
    const int MostGroups = 65536;

    [LibraryImport("libc")] public static partial uint getuid();
    [LibraryImport("libc")] public static partial uint geteuid();
    [LibraryImport("libc")] public static partial uint getgid();
    [LibraryImport("libc")] public static partial uint getegid();

    delegate int Query(ref Passwd entry, nint buffer, nuint size, out nint result);

    static UnixUser? Read(Query query)
    {
        UnixUser? user = null;
        WithBuffer((buffer, size) =>
        {
            Passwd entry = default;
            var error = query(ref entry, buffer, size, out var result);
            if (error == 0 && result != 0)
                user = new UnixUser(Text(entry.Name), entry.Uid, entry.Gid, Text(entry.Gecos), Text(entry.Home), Text(entry.Shell));
            return error;
        });
        return user;
    }

    const int Erange = 34;

    static void WithBuffer(Func<nint, nuint, int> use)
    {
        for (var size = 4096; size <= 1 << 20; size *= 4)
        {
            var buffer = Marshal.AllocHGlobal(size);
            try
            {
                var error = use(buffer, (nuint)size);
                if (error == Erange) continue;
                // ENOENT, ESRCH, EBADF, EPERM mean "no such entry" on some systems (getpwnam(3)); all else is a real failure.
                if (error is 0 or 1 or 2 or 3 or 9) return;
                throw new IOException($"user database: error {error} ({Marshal.GetPInvokeErrorMessage(error)})");
            }
            finally { Marshal.FreeHGlobal(buffer); }
        }
    }

    static string Text(nint pointer)
    {
        if (pointer == 0) return "";
        var length = 0;
        while (Marshal.ReadByte(pointer, length) != 0) length++;
        var bytes = new byte[length];
        Marshal.Copy(pointer, bytes, 0, length);
        return Latin1.Decode(bytes);
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Passwd { public nint Name, Password; public uint Uid, Gid; public nint Gecos, Home, Shell; }

    [StructLayout(LayoutKind.Sequential)]
    struct Group { public nint Name, Password; public uint Gid; public nint Members; }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int getpwnam_r(string name, ref Passwd entry, nint buffer, nuint size, out nint result);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int getgrouplist(string user, uint group, [Out] uint[] groups, ref int count);
    [LibraryImport("libc")]
    private static partial int getpwuid_r(uint uid, ref Passwd entry, nint buffer, nuint size, out nint result);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int getgrnam_r(string name, ref Group entry, nint buffer, nuint size, out nint result);
    [LibraryImport("libc")]
    private static partial int getgrgid_r(uint gid, ref Group entry, nint buffer, nuint size, out nint result);
}
