using System.Collections;
using System.Collections.Frozen;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Hosting;

/// <summary>keep_environment and add_environment (Exim 14.23): what of this process's environment rules may see and commands get. Nothing unless the configuration says so.</summary>
static class KeptEnvironment
{
    public static FrozenDictionary<string, string> Of(OptionReader main, ExpansionContext context)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        // The list holds patterns, which are not expanded.
        if (main.Text("keep_environment") is { } keep && ParsedList.Parse(keep.Text, NamedListKind.LocalPart) is var patterns)
            foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
                if (patterns.Test(new ListSubject { Context = context, Kind = NamedListKind.LocalPart, Text = Latin1.FromUnicode((string)variable.Key), Caseless = false }).IsYes)
                    kept[(string)variable.Key] = (string)variable.Value!;
        if (main.Text("add_environment") is { } add)
            foreach (var item in ListSyntax.Split(add.Text).Where(i => i.Text.Length > 0))
                if (item.Text.IndexOf('=') is > 0 and var equals) kept[Latin1.ToUnicode(item.Text[..equals])] = Latin1.ToUnicode(item.Text[(equals + 1)..]);
                else main.Error("add_environment", $"\"{item.Text}\" is no NAME=value");
        return kept.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
