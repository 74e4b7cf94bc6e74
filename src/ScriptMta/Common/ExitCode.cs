namespace ScriptMta.Common;

/// <summary>Exit statuses of the commands: sysexits.h, which every program that calls sendmail knows.</summary>
static class ExitCode
{
    public const int Ok = 0, Failure = 1, Usage = 64, DataError = 65, NoInput = 66, NoUser = 67, NoHost = 68, Unavailable = 69,
        Software = 70, OsError = 71, CannotCreate = 73, IoError = 74, TempFail = 75, NoPermission = 77, Configuration = 78;
}
