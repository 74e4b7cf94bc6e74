using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Cli;

/// <summary>One line of -be: macros are replaced, then it defines a macro, sets a variable or is expanded. Without macros (the verb expand) a line is only expanded.</summary>
sealed class ExpansionLine(ExpansionContext context, Lazy<MacroTable>? macros, Action<string> complain)
{
    /// <summary>White space as C sees it; a byte above ASCII is none.</summary>
    public static readonly char[] Blank = CharKinds.Space.ToCharArray();

    static readonly SourceLocation Place = SourceLocation.BuiltIn("-be");

    /// <summary>What is printed; null for nothing, not even a line.</summary>
    public string? Answer(string line)
    {
        if (macros is null) return Expand(line);
        if (line.AsSpan().IndexOfAnyInRange('A', 'Z') >= 0) line = macros.Value.Replace(line, startsLogicalLine: true, Place, out _);
        if (line.Length > 0 && char.IsAsciiLetterUpper(line[0])) return DefineMacro(line);
        if (line.StartsWith("set ", StringComparison.Ordinal)) return SetVariable(line[4..], tainted: false);
        return line.StartsWith("set,t ", StringComparison.Ordinal) ? SetVariable(line[6..], tainted: true) : Expand(line);
    }

    /// <summary>Exim takes every line that begins with a capital for a definition; what is wrong with one is no answer.</summary>
    string? DefineMacro(string line)
    {
        var problems = new ProblemList();
        macros!.Value.Define(new LogicalLine(line, Place), problems);
        if (!problems.HasErrors) return $"Defined macro '{line[..CharKinds.SkipName(line, 0)]}'";
        complain(ErrorFormat.Format(problems.All[0]));
        return null;
    }

    /// <summary>`name = value` as in the ACL modifier `set`. Exim has this from 4.97 on.</summary>
    string SetVariable(string setting, bool tainted)
    {
        var end = CharKinds.SkipName(setting, 0);
        var name = setting[..end];
        var equals = CharKinds.SkipSpace(setting, end);
        if (name.Length < 6 || !name.StartsWith("acl_", StringComparison.Ordinal) || VariableTable.Find(name, out var why) is null) return $"Failed: invalid variable name after \"set\" in ACL modifier \"set {setting}\" (must start \"acl_c\" or \"acl_m\")";
        if (equals >= setting.Length || setting[equals] != '=') return $"Failed: \"=\" missing after ACL \"set\" modifier";
        var result = Template.Parse(setting[(equals + 1)..].Trim(Blank), Place).Expand(context);
        if (!result.IsOk) return $"Failed: {result.Error}";
        var variables = name[4] == 'c' ? context.Connection.AclVariables : context.Message.AclVariables;
        variables[name[5..]] = tainted ? Value.Tainted(result.Text) : result.Value;
        return $"variable {name} set";
    }

    string Expand(string text)
    {
        var result = Template.Parse(text, Place).Expand(context);
        return result.IsOk ? result.Text : $"Failed: {result.Error}";
    }
}
