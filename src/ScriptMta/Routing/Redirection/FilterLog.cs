using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;
using ScriptMta.Filtering;

namespace ScriptMta.Routing;

/// <summary>The log file that a user's filter keeps, written as the user. Only real deliveries write.</summary>
static class FilterLog
{
    /// <summary>Null, or why the line could not be written.</summary>
    public static string? Write(FilterAction.LogWrite write, RouterVisit visit)
    {
        if (visit.Context.DryRun || visit.Purpose != RoutingPurpose.Delivery || write.File is not { } file) return null;
        if (Sinks.FileName(file, "filter log file") is { } tainted) return tainted;
        if (!file.Text.StartsWith('/')) return $"filter log file \"{file.Text}\" is not an absolute path";
        try { return new RedirectReader(visit).AsUser(() => Append(file.Text, write)); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { return $"failed to write filter log file \"{file.Text}\": {error.Message}"; }
    }

    static string? Append(string path, FilterAction.LogWrite write)
    {
        using var file = MailFiles.OpenFile(path, MailFiles.Open.Write | MailFiles.Open.Append | MailFiles.Open.Create | MailFiles.Open.NonBlocking, write.Mode);
        if (MailFiles.Status(file).Kind != MailFileKind.Regular) return $"filter log file \"{path}\" is not a regular file";
        MailFiles.WriteAll(file, Latin1.Encode(write.Text));
        return null;
    }
}
