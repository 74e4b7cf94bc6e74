using System.Collections.Frozen;
using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Filtering;

/// <summary>The arguments of mail and vacation, in any order; the last of a kind counts (filter.txt 3.14).</summary>
sealed class MailGrammar(FilterWords words)
{
    static readonly FrozenSet<string> Keywords = new[]
    {
        "to", "cc", "bcc", "from", "reply_to", "subject", "extra_headers", "text", "file", "log", "once", "once_repeat",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What vacation has where the filter says nothing (filter.txt 3.14).</summary>
    static readonly (string Keyword, string Value)[] VacationDefaults =
        [("subject", "On vacation"), ("file", ".vacation.msg"), ("log", ".vacation.log"), ("once", ".vacation"), ("once_repeat", "7d")];

    public MailCommand? Read(SourceLocation at, CommandPrefix prefix, bool isVacation)
    {
        var arguments = new Dictionary<string, Template>(StringComparer.Ordinal);
        bool expand = false, returnMessage = false;
        while (words.Problem is null)
        {
            var next = words.Peek();
            if (Keywords.Contains(next))
            {
                words.Word();
                arguments[next] = words.Data();
                if (next == "file") expand = false;
            }
            else if (next == "expand")
            {
                if (!ReadPair("expand", "file")) return null;
                arguments["file"] = words.Data();
                expand = true;
            }
            else if (next == "return") returnMessage = ReadPair("return", "message");
            else break;
        }
        if (words.Problem is not null) return null;
        if (isVacation) expand = AddDefaults(arguments, at) || expand;
        return new(at, prefix, isVacation, arguments.ToImmutableDictionary(StringComparer.Ordinal), expand, returnMessage);
    }

    bool ReadPair(string first, string second)
    {
        words.Word();
        return words.Word() == second || words.FailNear($"\"{first}\" not followed by \"{second}\" ");
    }

    /// <summary>True when the default file is used: that one is expanded.</summary>
    static bool AddDefaults(Dictionary<string, Template> arguments, SourceLocation at)
    {
        var ownFile = arguments.ContainsKey("file");
        foreach (var (keyword, value) in VacationDefaults) arguments.TryAdd(keyword, Template.Parse(value, at));
        return !ownFile;
    }
}
