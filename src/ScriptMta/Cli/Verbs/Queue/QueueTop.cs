using System.CommandLine;
using ScriptMta.Admin;
using ScriptMta.Common;

namespace ScriptMta.Cli;

/// <summary>queue top: a picture of every destination, drawn again until it is interrupted.</summary>
static class QueueTop
{
    const string TopOfScreen = "\e[H\e[J";
    static readonly int[] Seconds = [1, 3600];

    public static Command Build()
    {
        var shared = new SharedOptions();
        var once = new Option<bool>("--once") { Description = "One picture, then end (also when the output is no terminal)" };
        var interval = new Option<int>("--interval") { Description = "Seconds between two pictures", DefaultValueFactory = static _ => 2 };
        var command = new Command("top", "Destinations as they stand now: ready, in flight, deferred, rate, last error. Example: scriptmta queue top --once") { once, interval };
        shared.AddTo(command, json: true);
        command.SetAction(result =>
        {
            var options = new Dictionary<string, string>(StringComparer.Ordinal);
            if (result.GetValue(shared.Json)) options["json"] = "";
            var repeats = !result.GetValue(once) && !Console.IsOutputRedirected && options.Count == 0;
            if (repeats) options["limit"] = Math.Max(1, Console.WindowHeight / 2 - 3).ToString(System.Globalization.CultureInfo.InvariantCulture);
            while (true)
            {
                if (repeats) Terminal.Out(TopOfScreen);
                var status = OwnerCall.Run(shared.Site(result), asExim: false, new AdminRequest("top", [], options), payload: null);
                if (!repeats || status != ExitCode.Ok) return status;
                Thread.Sleep(TimeSpan.FromSeconds(Math.Clamp(result.GetValue(interval), Seconds[0], Seconds[1])));
            }
        });
        return command;
    }
}
