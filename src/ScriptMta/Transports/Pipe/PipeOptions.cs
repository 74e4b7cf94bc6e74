using System.Globalization;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Transports;

/// <summary>The private options of pipe (Exim chapter 29) with Exim's defaults.</summary>
sealed record PipeOptions
{
    public OptionText? Command { get; init; }
    public Template? AllowCommands { get; init; }
    public Template? Environment { get; init; }
    public Template? Path { get; init; }
    public required MessageForm Form { get; init; }
    public bool ForceCommand { get; init; }
    public bool FreezeExecFail { get; init; }
    public bool FreezeSignal { get; init; }
    public bool IgnoreStatus { get; init; }
    public bool LogDeferOutput { get; init; }
    public bool LogFailOutput { get; init; }
    public bool LogOutput { get; init; }
    public bool ReturnOutput { get; init; }
    public bool ReturnFailOutput { get; init; }
    public int MaxOutput { get; init; } = 20 * 1024;
    public Template? Prefix { get; init; }
    public Template? Suffix { get; init; }
    public bool RestrictToPath { get; init; }
    /// <summary>Null = every status ("*").</summary>
    public IReadOnlySet<int>? TempErrors { get; init; }
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);
    public bool TimeoutDefer { get; init; }
    public int Umask { get; init; } = 0x12; // 022
    public bool UseShell { get; init; }

    public static PipeOptions From(OptionReader reader)
    {
        Exclusive(reader, "return_output", "return_fail_output");
        Exclusive(reader, "log_output", "log_fail_output");
        if (reader.Bool("use_shell", false) && (reader.Has("allow_commands") || reader.Bool("restrict_to_path", false)))
            reader.Error("use_shell", "allow_commands and restrict_to_path cannot be used with use_shell");
        reader.Template("command"); // Its words are expanded one by one; what is wrong with one is wrong with the whole.
        var check = reader.Text("check_string")?.Text ?? "";
        var escape = reader.Text("escape_string")?.Text;
        if (check.Contains('\n')) reader.Error("check_string", "a check_string with a line end is known but not built yet: use one without");
        return new()
        {
            Command = reader.Text("command"), AllowCommands = TransportOptions.Template(reader, "allow_commands"),
            Environment = TransportOptions.Template(reader, "environment"), Path = TransportOptions.Template(reader, "path"),
            Form = new(reader.Bool("use_crlf", false), Latin1.Encode(escape is null ? "" : check), Latin1.Encode(escape ?? "")),
            ForceCommand = reader.Bool("force_command", false), FreezeExecFail = reader.Bool("freeze_exec_fail", false), FreezeSignal = reader.Bool("freeze_signal", false),
            IgnoreStatus = reader.Bool("ignore_status", false), LogDeferOutput = reader.Bool("log_defer_output", false),
            LogFailOutput = reader.Bool("log_fail_output", false), LogOutput = reader.Bool("log_output", false),
            ReturnOutput = reader.Bool("return_output", false), ReturnFailOutput = reader.Bool("return_fail_output", false),
            MaxOutput = (int)reader.Int("max_output", 20 * 1024), Prefix = TransportOptions.Template(reader, "message_prefix"),
            Suffix = TransportOptions.Template(reader, "message_suffix"), RestrictToPath = reader.Bool("restrict_to_path", false),
            TempErrors = TempErrorsFrom(reader), Timeout = reader.Time("timeout", TimeSpan.FromHours(1)), TimeoutDefer = reader.Bool("timeout_defer", false),
            Umask = reader.Octal("umask", 0x12), UseShell = reader.Bool("use_shell", false),
        };
    }

    static void Exclusive(OptionReader reader, string one, string other)
    {
        if (reader.Bool(one, false) && reader.Bool(other, false)) reader.Error(other, $"only one of \"{one}\" and \"{other}\" may be set");
    }

    static HashSet<int>? TempErrorsFrom(OptionReader reader)
    {
        if (reader.Text("temp_errors") is not { } text) return [ExitCode.TempFail, ExitCode.CannotCreate];
        if (text.Text.TrimSpace() == "*") return null;
        var codes = new HashSet<int>();
        foreach (var item in Language.ListSyntax.Split(text.Text))
            if (int.TryParse(item.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var code)) codes.Add(code);
            else reader.Error("temp_errors", $"temp_errors must be a list of numbers or an asterisk, not \"{item.Text}\"");
        return codes;
    }
}
