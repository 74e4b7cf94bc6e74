namespace ScriptMta.Language;

/// <summary>What options are when nothing sets them, in the form of -bP. Read from the tables when first asked for: only -bP does.</summary>
static class OptionDefaults
{
    static readonly Lazy<Dictionary<(string Owner, string Name), string>> All = new(Read);

    /// <param name="kind">"main", "router", "transport" or "authenticator".</param>
    /// <param name="driver">Empty for the main section.</param>
    /// <param name="option">Its name.</param>
    public static string? Of(string kind, string driver, string option) =>
        All.Value.GetValueOrDefault(($"{kind} {driver}", option)) ?? All.Value.GetValueOrDefault((kind, option));

    static Dictionary<(string, string), string> Read()
    {
        var all = new Dictionary<(string, string), string>();
        var owner = SettingBlock.MainKind;
        foreach (var line in $"{MainOptionDefaults.Lines}\n{DriverOptionDefaults.Lines}".Split('\n'))
        {
            if (line.StartsWith('[')) owner = line[1..^1];
            else if (line.Split(" = ", 2) is [var name, var value]) all.Add((owner, name), value);
        }
        return all;
    }
}
