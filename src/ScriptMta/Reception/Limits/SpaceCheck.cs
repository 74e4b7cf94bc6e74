using ScriptMta.Logging;

namespace ScriptMta.Reception;

/// <summary>check_spool_space and its three relatives, asked before a message is taken: a full disk must be answered while there is still room to say so.</summary>
static class SpaceCheck
{
    /// <summary>What a header section adds to the size that a client declares.</summary>
    const int Additions = 5000;

    /// <summary>False, with a line in the main log, when there is too little. DeclaredSize is in bytes, -1 = unknown.</summary>
    public static bool HasRoom(ReceptionRules rules, MachineState machine, long declaredSize)
    {
        var (limits, environment) = (rules.Options.Limits, rules.Environment);
        var size = limits.CheckDeclaredSize && declaredSize >= 0 ? declaredSize + Additions : 0;
        return Has(environment.Log, machine, "spool", environment.SpoolDirectory, limits.CheckSpoolSpace, limits.CheckSpoolInodes, size)
            && Has(environment.Log, machine, "log", environment.Log.Options.Directory, limits.CheckLogSpace, limits.CheckLogInodes, 0);
    }

    static bool Has(MailLog log, MachineState machine, string name, string directory, long space, long inodes, long size)
    {
        if (directory.Length == 0 || (space <= 0 && inodes <= 0 && size == 0)) return true;
        try
        {
            var (bytes, files) = machine.Free(directory);
            if (bytes - size >= space && files >= inodes) return true;
            log.Main(null, $"{name} directory space check failed: space={bytes >> 10} inodes={Math.Min(files, int.MaxValue)}");
        }
        catch (IOException error) { log.Panic(null, $"cannot accept message: failed to stat {name} directory {directory}: {error.Message}"); }
        return false;
    }
}
