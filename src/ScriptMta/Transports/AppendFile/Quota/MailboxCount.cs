using System.Globalization;
using System.IO.Enumeration;
using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;

namespace ScriptMta.Transports;

/// <summary>Adds up the files of a mailbox. A file with several names counts for each with its share. Call it as the user whose mailbox it is.</summary>
sealed class MailboxCount(Pattern? sizeInName)
{
    /// <summary>Folders in folders: nobody's mailbox is as deep, and links to directories are not followed.</summary>
    const int Deepest = 30;

    static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>All files below a directory; nothing where there is none.</summary>
    public MailboxUsage OfTree(string directory) => OfTree(directory, 0);

    /// <summary>The messages in cur and new of a maildir and of its folders, those that the pattern is for (relative to the maildir).</summary>
    public MailboxUsage OfMaildir(string maildir, Pattern counted)
    {
        var total = default(MailboxUsage);
        foreach (var name in Names(maildir, directories: true))
        {
            if (!counted.Match(name).IsYes) continue;
            if (name is "cur" or "new") total += OfFiles($"{maildir}/{name}");
            else foreach (var part in (string[])["cur", "new"]) total += OfFiles($"{maildir}/{name}/{part}");
        }
        return total;
    }

    MailboxUsage OfTree(string directory, int depth)
    {
        var total = OfFiles(directory);
        if (depth < Deepest)
            foreach (var name in Names(directory, directories: true)) total += OfTree($"{directory}/{name}", depth + 1);
        return total;
    }

    MailboxUsage OfFiles(string directory)
    {
        var total = default(MailboxUsage);
        foreach (var name in Names(directory, directories: false))
            if (SizeOf(directory, name) is { } size) total += new MailboxUsage(size, 1);
        return total;
    }

    /// <summary>Null when it has gone meanwhile.</summary>
    long? SizeOf(string directory, string name)
    {
        if (sizeInName?.Match(name) is { IsYes: true } match && long.TryParse(match.Group(1), NumberStyles.None, CultureInfo.InvariantCulture, out var told)) return told;
        return MailFiles.Status($"{directory}/{name}") is { } status ? status.Size / Math.Max(1, status.Links) : null;
    }

    /// <summary>A directory that is not there is an empty mailbox.</summary>
    static List<string> Names(string directory, bool directories)
    {
        try
        {
            return [.. new FileSystemEnumerable<string>(Latin1.ToUnicode(directory), static (ref FileSystemEntry entry) => Latin1.FromUnicode(entry.FileName.ToString()), Everything)
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.IsDirectory == directories && !(directories && entry.Attributes.HasFlag(FileAttributes.ReparsePoint)),
            }];
        }
        catch (DirectoryNotFoundException) { return []; }
    }
}
