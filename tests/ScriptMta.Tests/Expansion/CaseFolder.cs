using System.Diagnostics;

namespace ScriptMta.Tests.Expansion;

/// <summary>
/// %FILES% of the cases: a temporary folder with the files of cases/files, and with those that no repository can hold: a FIFO, links, damaged databases, and DBM files as
/// Exim's own exim_dbmbuild writes them. Made once, before the first case, and removed when the tests end.
/// </summary>
static class CaseFolder
{
    static readonly Lazy<string> Made = new(Make);

    public static string Path => Made.Value;

    static string Make()
    {
        var folder = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "scriptmta-cases-" + Guid.NewGuid().ToString("N")[..12]);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        Copy(System.IO.Path.Combine(ExpansionCases.Folder, "files"), folder);
        string Of(string name) => System.IO.Path.Combine(folder, name);
        File.WriteAllText(Of("wl"), File.ReadAllText(Of("wl")).Replace("%FILES%", folder));
        File.CreateSymbolicLink(Of("d/link"), "nowhere");
        File.CreateSymbolicLink(Of("link-ls"), "ls");
        File.WriteAllText(Of("nothing"), "");
        File.WriteAllText(Of("tiny.db"), "x");
        File.WriteAllBytes(Of("cut.db"), File.ReadAllBytes(Of("hash.db"))[..4096]);
        File.WriteAllBytes(Of("cut.cdb"), File.ReadAllBytes(Of("x.cdb"))[..1000]);
        File.WriteAllBytes(Of("damaged.cdb"), File.ReadAllBytes(Of("x.cdb"))[..2052]);
        Run("mkfifo", Of("fifo"), Of("d/fifo"));
        Run(Oracle.Tool("exim_dbmbuild"), Of("dbm.src"), Of("aliases.db"));
        Run(Oracle.Tool("exim_dbmbuild"), "-nozero", Of("dbm.src"), Of("plain.db"));
        return folder;
    }

    static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, System.IO.Path.Combine(to, System.IO.Path.GetFileName(file)));
        foreach (var inner in Directory.GetDirectories(from)) Copy(inner, System.IO.Path.Combine(to, System.IO.Path.GetFileName(inner)));
    }

    static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {errors}");
    }
}
