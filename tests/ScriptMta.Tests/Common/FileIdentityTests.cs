using ScriptMta.Common.Posix;

namespace ScriptMta.Tests.Common;

public sealed class FileIdentityTests
{
    [Fact]
    public void Work_as_ourselves_is_just_done() => Assert.Equal(7, FileIdentity.RunAs(Users.geteuid(), Users.getegid(), () => 7));

    /// <summary>As root: files belong to the other user, root's files are out of reach, and root is back afterwards. As anybody else: refused.</summary>
    [Fact]
    public void Root_becomes_another_user_for_its_files_only()
    {
        if (Users.geteuid() != 0)
        {
            Assert.Throws<UnauthorizedAccessException>(() => FileIdentity.RunAs(65534, 65534, () => 0));
            return;
        }
        var folder = Directory.CreateTempSubdirectory("smta-fsuid-").FullName;
        try
        {
            var secret = Path.Combine(folder, "secret");
            File.WriteAllText(secret, "x");
            File.SetUnixFileMode(secret, UnixFileMode.UserRead);
            File.SetUnixFileMode(folder, (UnixFileMode)0x1ff);
            var made = Path.Combine(folder, "made");
            FileIdentity.RunAs(65534, 65534, () =>
            {
                File.WriteAllText(made, "y");
                Assert.Throws<UnauthorizedAccessException>(() => File.ReadAllText(secret));
                return 0;
            });
            Assert.Equal("x", File.ReadAllText(secret));
            Assert.Equal("65534 65534", Owner(made));
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    static string Owner(string file)
    {
        using var stat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%u %g", file]) { RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }
}
