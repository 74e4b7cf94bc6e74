using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Transports;

enum CreateFile { Anywhere, InHome, BelowHome, BelowPath }

/// <summary>The private options of appendfile (Exim chapter 26) with Exim's defaults.</summary>
sealed record AppendFileOptions
{
    public Template? File { get; init; }
    public Template? Directory { get; init; }
    public Template? DirectoryFile { get; init; }
    public bool MaildirFormat { get; init; }
    public Template? MaildirTag { get; init; }
    public int MaildirRetries { get; init; } = 10;
    public int Mode { get; init; } = 0x180; // 0600
    public bool ModeFailNarrower { get; init; } = true;
    public int DirectoryMode { get; init; } = 0x1C0; // 0700
    public bool CreateDirectory { get; init; } = true;
    public CreateFile CreateFile { get; init; } = CreateFile.Anywhere;
    /// <summary>The directory that create_file names.</summary>
    public string CreateBelow { get; init; } = "";
    public bool FileMustExist { get; init; }
    public bool AllowSymlink { get; init; }
    public bool CheckOwner { get; init; } = true;
    public bool CheckGroup { get; init; }
    public bool UseLockFile { get; init; } = true;
    public bool UseFcntl { get; init; } = true;
    public bool UseFlock { get; init; }
    public int LockFileMode { get; init; } = 0x180; // 0600
    public TimeSpan LockFileTimeout { get; init; } = TimeSpan.FromMinutes(30);
    public TimeSpan LockInterval { get; init; } = TimeSpan.FromSeconds(3);
    public int LockRetries { get; init; } = 10;
    public required MessageForm Form { get; init; }
    /// <summary>Null = the mbox separator line (<see cref="Separator"/>) for files, nothing for directories.</summary>
    public Template? Prefix { get; init; }
    public Template? Suffix { get; init; }
    public bool IsFileForm { get; init; }
    public required QuotaOptions Quota { get; init; }

    public static AppendFileOptions From(OptionReader reader)
    {
        var maildir = reader.Bool("maildir_format", false);
        if (reader.Has("file") && reader.Has("directory")) reader.Error("directory", "only one of \"file\" or \"directory\" can be specified");
        var isFile = !maildir && !reader.Has("directory");
        var check = reader.Text("check_string")?.Text ?? (isFile ? "From " : "");
        var escape = reader.Text("escape_string")?.Text ?? (isFile ? ">From " : "");
        if (check.Contains('\n')) reader.Error("check_string", "a check_string with a line end is known but not built yet: use one without");
        var (create, below) = CreateFrom(reader);
        var flock = reader.Bool("use_flock_lock", false);
        var options = new AppendFileOptions
        {
            File = TransportOptions.Template(reader, "file"), Directory = TransportOptions.Template(reader, "directory"),
            DirectoryFile = TransportOptions.Template(reader, "directory_file"), MaildirFormat = maildir,
            MaildirTag = TransportOptions.Template(reader, "maildir_tag"), MaildirRetries = (int)reader.Int("maildir_retries", 10),
            Mode = reader.Octal("mode", 0x180), ModeFailNarrower = reader.Bool("mode_fail_narrower", true), DirectoryMode = reader.Octal("directory_mode", 0x1C0),
            CreateDirectory = reader.Bool("create_directory", true), CreateFile = create, CreateBelow = below,
            FileMustExist = reader.Bool("file_must_exist", false), AllowSymlink = reader.Bool("allow_symlink", false),
            CheckOwner = reader.Bool("check_owner", true), CheckGroup = reader.Bool("check_group", false),
            UseLockFile = reader.Bool("use_lockfile", true), UseFlock = flock, UseFcntl = reader.Bool("use_fcntl_lock", !flock),
            LockFileMode = reader.Octal("lockfile_mode", 0x180), LockFileTimeout = reader.Time("lockfile_timeout", TimeSpan.FromMinutes(30)),
            LockInterval = reader.Time("lock_interval", TimeSpan.FromSeconds(3)), LockRetries = Math.Max(1, (int)reader.Int("lock_retries", 10)),
            Form = new(reader.Bool("use_crlf", false), Latin1.Encode(escape.Length > 0 ? check : ""), Latin1.Encode(escape)),
            Prefix = TransportOptions.Template(reader, "message_prefix"), Suffix = TransportOptions.Template(reader, "message_suffix"), IsFileForm = isFile, Quota = QuotaOptions.From(reader),
        };
        if (!options.UseLockFile && !options.UseFcntl && !options.UseFlock && isFile)
            reader.Error("use_lockfile", "no locking configured");
        return options;
    }

    static (CreateFile, string) CreateFrom(OptionReader reader)
    {
        var text = reader.Text("create_file")?.Text ?? "anywhere";
        if (text.StartsWith('/')) return (CreateFile.BelowPath, text.TrimEnd('/'));
        switch (text)
        {
            case "anywhere": return (CreateFile.Anywhere, "");
            case "inhome": return (CreateFile.InHome, "");
            case "belowhome": return (CreateFile.BelowHome, "");
            default:
                reader.Error("create_file", $"invalid value given for \"create_file\" option: {text}");
                return (CreateFile.Anywhere, "");
        }
    }
}
