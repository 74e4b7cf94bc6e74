using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Hosting;

namespace ScriptMta.Cli;

/// <summary>-be and the verb expand: templates from the arguments, or line by line from standard input with Exim's "> " prompt.</summary>
static class ExpandCommand
{
    public static int Run(Invocation invocation) => Run(Site.Load(invocation), invocation.Arguments);

    public static int Run(LoadedConfiguration configuration, IReadOnlyList<string> templates)
    {
        using var output = new StreamWriter(Terminal.OutputStream, System.Text.Encoding.Latin1, 64 * 1024, leaveOpen: true) { NewLine = "\n" };
        var context = configuration.NewContext(dryRun: false);
        if (templates.Count == 0) return FromInput(configuration, context, output);
        foreach (var template in templates) output.WriteLine(Expand(template, context));
        return ExitCode.Ok;
    }

    static int FromInput(LoadedConfiguration configuration, ExpansionContext context, StreamWriter output)
    {
        using var input = new StreamReader(Console.OpenStandardInput(), System.Text.Encoding.Latin1, false, 64 * 1024);
        var person = !Console.IsInputRedirected;
        while (true)
        {
            output.Write("> ");
            if (person) output.Flush();
            if (ReadLogicalLine(input) is not { } line) break;
            output.WriteLine(Expand(line, context));
        }
        output.WriteLine();
        return ExitCode.Ok;
    }

    /// <summary>A line that ends in a backslash goes on in the next; white space at both ends of a line is dropped, as in the configuration file.</summary>
    static string? ReadLogicalLine(StreamReader input)
    {
        var line = input.ReadLine()?.Trim();
        while (line is not null && line.EndsWith('\\'))
            line = line[..^1] + input.ReadLine()?.Trim();
        return line;
    }

    static string Expand(string text, ExpansionContext context)
    {
        var result = Template.Parse(text, SourceLocation.BuiltIn("-be")).Expand(context);
        return result.IsOk ? result.Text : $"Failed: {result.Error}";
    }
}
