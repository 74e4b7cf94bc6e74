using System.Text.RegularExpressions;
using ScriptMta.Common;

namespace ScriptMta.Tests.Reception.Dialogues;

/// <summary>The temporary folder of one run of a session, with its files and its configuration: what every session has unless its own text says otherwise.</summary>
sealed class DialogueFolder : IDisposable
{
    static readonly string[] Defaults =
    [
        "spool_directory = DIR/spool", "log_file_path = DIR/log/%slog", "primary_hostname = mail.test.example", "qualify_domain = test.example",
        "smtp_banner = \"$smtp_active_hostname ESMTP\"", "tls_advertise_hosts =", "keep_environment =", "never_users =",
    ];

    /// <summary>What PORT stands for: where the scripted mail server listens, 0 where there is none.</summary>
    readonly int _peerPort;
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("scriptmta-dialogue-");

    public DialogueFolder(DialogueSite site, int peerPort, params string[] more)
    {
        _peerPort = peerPort;
        // Exim gives up root before it writes.
        File.SetUnixFileMode(Path, (UnixFileMode)0x1ff);
        Directory.CreateDirectory(In("spool"), (UnixFileMode)0x1ff);
        Directory.CreateDirectory(In("log"), (UnixFileMode)0x1ff);
        File.SetUnixFileMode(In("spool"), (UnixFileMode)0x1ff);
        File.SetUnixFileMode(In("log"), (UnixFileMode)0x1ff);
        foreach (var (name, lines) in site.Files) Write(name, lines);
        Write("test.conf", [.. Defaults.Where(d => !Sets(site, d.Split(' ')[0])), .. more, .. site.Configuration]);
    }

    public string Path => _directory.FullName;
    public string Configuration => In("test.conf");

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public string MainLog => File.Exists(In("log/mainlog")) ? Latin1.Decode(File.ReadAllBytes(In("log/mainlog"))) : "";

    public void Dispose() => _directory.Delete(recursive: true);

    void Write(string name, List<string> lines)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(In(name))!);
        File.WriteAllBytes(In(name), Latin1.Encode(string.Join('\n', lines).Replace("DIR", Path, StringComparison.Ordinal).Replace("PORT", $"{_peerPort}", StringComparison.Ordinal) + "\n"));
        if (lines is [var first, ..] && first.StartsWith("#!", StringComparison.Ordinal)) File.SetUnixFileMode(In(name), (UnixFileMode)0x1ed);
    }

    static bool Sets(DialogueSite site, string option) => site.Configuration.Exists(line => Regex.IsMatch(line, $"^\\s*(hide\\s+)?(no_)?{option}\\b"));
}
