using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Transports;

/// <summary>The options of appendfile that limit a mailbox (Exim chapter 26, "quota").</summary>
sealed record QuotaOptions
{
    /// <summary>Directories of a maildir that count where a file maildirsize is kept.</summary>
    const string DefaultDirectories = @"^(?:cur|new|\..*)$";

    public const string DefaultWarning =
        "To: $local_part@$domain\\nSubject: Your mailbox\\n\\nThis message is automatically created by mail delivery software.\\n\\n"
        + "The size of your mailbox has exceeded a warning threshold that is\\nset by the system administrator.\\n";

    public Template? Size { get; init; }
    public Template? FileCount { get; init; }
    public Template? Directory { get; init; }
    /// <summary>With the message that is to be delivered.</summary>
    public bool IsInclusive { get; init; } = true;
    /// <summary>Its first group in a file's name is the file's size.</summary>
    public Pattern? SizeInName { get; init; }
    public Template? WarnThreshold { get; init; }
    public Template WarnMessage { get; init; } = Template.Parse(DefaultWarning, Common.SourceLocation.BuiltIn("quota_warn_message"));
    /// <summary>What the mailbox holds, where something else knows it.</summary>
    public Template? MailboxSize { get; init; }
    public Template? MailboxFileCount { get; init; }
    public bool UsesSizeFile { get; init; }
    public required Pattern CountedDirectories { get; init; }
    /// <summary>Maildirs whose path this is for are folders of another: they get a file maildirfolder.</summary>
    public Pattern? FolderDirectories { get; init; }

    public bool IsSet => Size is not null || WarnThreshold is not null || UsesSizeFile;

    public static QuotaOptions From(OptionReader reader)
    {
        var none = new QuotaOptions { CountedDirectories = Compile(reader, "maildir_quota_directory_regex", DefaultDirectories)! };
        return none with
        {
            Size = TransportOptions.Template(reader, "quota"), FileCount = TransportOptions.Template(reader, "quota_filecount"), Directory = TransportOptions.Template(reader, "quota_directory"),
            IsInclusive = reader.Bool("quota_is_inclusive", true), SizeInName = Compile(reader, "quota_size_regex", null),
            WarnThreshold = TransportOptions.Template(reader, "quota_warn_threshold"), WarnMessage = TransportOptions.Template(reader, "quota_warn_message") ?? none.WarnMessage,
            MailboxSize = TransportOptions.Template(reader, "mailbox_size"), MailboxFileCount = TransportOptions.Template(reader, "mailbox_filecount"),
            UsesSizeFile = reader.Bool("maildir_use_size_file", false), FolderDirectories = Compile(reader, "maildirfolder_create_regex", null),
        };
    }

    static Pattern? Compile(OptionReader reader, string option, string? otherwise)
    {
        if ((reader.Text(option)?.Text ?? otherwise) is not { Length: > 0 } text) return null;
        if (Pattern.Compile(text, caseless: false, out var error) is { } pattern) return pattern;
        reader.Error(option, error);
        return Pattern.Compile(otherwise ?? "", caseless: false, out _);
    }
}
