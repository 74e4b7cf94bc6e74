using System.CommandLine;
using ScriptMta.Admin;
using ScriptMta.Common;
using ScriptMta.Hosting;

namespace ScriptMta.Cli;

/// <summary>queue export: each message as ID.eml, and what is known of it (envelope, recipients, delays) as ID.json, into a directory of the caller's.</summary>
static class QueueExport
{
    public static Command Build()
    {
        var shared = new SharedOptions();
        var filter = new FilterWords(isNeeded: true);
        var to = new Option<string>("--to") { Description = "The directory; it is made when it is not there", Required = true };
        var command = new Command("export", "Copy messages to .eml files. Example: scriptmta queue export frozen=yes --to /tmp/held") { to };
        filter.AddTo(command);
        shared.AddTo(command, json: false);
        command.SetAction(result =>
        {
            var options = new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "ids" };
            filter.Fill(result, options);
            return Export(shared.Site(result), options, result.GetValue(to)!);
        });
        return command;
    }

    static int Export(SiteRequest site, Dictionary<string, string> options, string directory)
    {
        using var ids = new MemoryStream();
        var status = OwnerCall.Run(site, asExim: false, new AdminRequest("list", [], options), new StandardOutput(ids, Terminal.ErrorStream));
        if (status != ExitCode.Ok) return status;
        var messages = Latin1.Decode(ids.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var copied = 0;
        foreach (var id in messages)
        {
            if (Save(site, new AdminRequest("show-message", [id], Nothing), Path.Combine(directory, id + ".eml"))
                && Save(site, new AdminRequest("list", [id], new Dictionary<string, string> { ["format"] = "json" }), Path.Combine(directory, id + ".json"))) copied++;
            if (Terminal.ErrorIsRead) Terminal.RawError($"\rexport: {copied} of {messages.Length}\e[K");
        }
        if (Terminal.ErrorIsRead) Terminal.RawError("\r\e[K");
        Terminal.Out($"{copied} of {messages.Length} messages copied to {Latin1.FromUnicode(directory)}\n");
        return copied == messages.Length ? ExitCode.Ok : ExitCode.Failure;
    }

    static readonly Dictionary<string, string> Nothing = [];

    /// <summary>False: the message has left meanwhile; then there is no file.</summary>
    static bool Save(SiteRequest site, AdminRequest request, string path)
    {
        bool whole;
        using (var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            whole = OwnerCall.Run(site, asExim: false, request, new StandardOutput(file, Terminal.ErrorStream)) == ExitCode.Ok;
        if (!whole) File.Delete(path);
        return whole;
    }
}
