using System.Collections.Concurrent;
using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>"/path": each line an item (Exim 10.3). The parsed lines are kept while the file stays the same, and its data is clean.</summary>
sealed class FilePattern(string path, NamedListKind kind) : ListPattern
{
    // Files named by templates could be many; the cache is dropped whole when it grows past what configurations need.
    const int CacheLimit = 1024;
    // A list this long (two million names) wants a lookup; parsed, it takes some twenty times its size.
    const long SizeLimit = 32L << 20;

    static readonly ConcurrentDictionary<(string Path, NamedListKind Kind), (FileStatus Status, ParsedList Lines)> Cache = new();

    public override ItemResult Test(ListSubject subject)
    {
        if (subject.ListTaint.IsTainted) return ItemResult.Defer($"Tainted filename '{path}'");
        var lines = Read(out var reason);
        if (lines is null) return ItemResult.Defer($"failed to open {path} when checking \"{path}\": {reason}");
        var taint = subject.ListTaint;
        subject.ListTaint = Taint.Clean;
        var result = lines.TestLines(subject);
        subject.ListTaint = taint;
        return result;
    }

    ParsedList? Read(out string reason)
    {
        if (Files.Status(path, out reason) is not { } status) return null;
        if (Cache.TryGetValue((path, kind), out var known) && known.Status == status) return known.Lines;
        if (status.Kind != FileKind.Regular) reason = "not a regular file";
        else if (status.Size > SizeLimit) reason = $"larger than {SizeLimit >> 20} MB: use a lookup";
        if (reason.Length > 0) return null;
        var settled = status.IsSettled;
        try
        {
            var lines = Latin1.Decode(File.ReadAllBytes(Latin1.ToUnicode(path))).Split('\n').Select(Clean).Where(l => l.Length > 0);
            var parsed = new ParsedList([.. lines.Select(l => ParsedList.ParseLine(l, kind))]);
            if (Cache.Count >= CacheLimit) Cache.Clear();
            if (settled) Cache[(path, kind)] = (status, parsed);
            return parsed;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reason = error.Message;
            return null;
        }
    }

    string Clean(string line)
    {
        var comment = line.IndexOf('#');
        if (kind is NamedListKind.Address or NamedListKind.LocalPart)
            while (comment > 0 && line[comment - 1] is not (' ' or '\t')) comment = line.IndexOf('#', comment + 1);
        return (comment < 0 ? line : line[..comment]).Trim(' ', '\t', '\r', '\f', '\v');
    }
}
