using ScriptMta.Common;

namespace ScriptMta.Scripting;

/// <summary>A file of js_files. Name is as the configuration has it, for messages; Text is Unicode.</summary>
sealed record ScriptSource(string Name, string Text)
{
    // A rule library is kilobytes; this catches a wrong file name early.
    const long SizeLimit = 4 << 20;

    public static ScriptSource? Read(string name, string configurationFile, out string reason)
    {
        var path = Resolve(name, configurationFile);
        reason = "";
        try
        {
            var file = new FileInfo(Latin1.ToUnicode(path));
            if (file.Exists && file.Length > SizeLimit) reason = $"{path} is larger than {SizeLimit >> 20} MB";
            else return new(name, File.ReadAllText(file.FullName));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reason = $"cannot read {path}: {(error is FileNotFoundException or DirectoryNotFoundException ? "no such file" : error.Message)}";
        }
        return null;
    }

    /// <summary>Relative names stand beside the configuration file, so that a folder with both can be moved.</summary>
    public static string Resolve(string name, string configurationFile) =>
        Path.IsPathRooted(name) || Path.GetDirectoryName(Path.GetFullPath(configurationFile.Length == 0 ? "." : configurationFile)) is not { } folder ? name : Path.Combine(folder, name);
}
