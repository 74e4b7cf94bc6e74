using ScriptMta.Common;
using ScriptMta.Hosting;
using ScriptMta.Language;

namespace ScriptMta.Cli;

/// <summary>-be, -bem and the verb expand (Exim chapter 5): templates from the arguments, or line by line from standard input with Exim's "> " prompt. A template that fails does not change the status.</summary>
static class ExpandCommand
{
    public static int Run(Invocation invocation)
    {
        if (invocation.ShownMessages is { } ids) CheckIds(invocation, ids);
        var configuration = Site.Load(invocation);
        var trial = new Trial(configuration, invocation, dryRun: false);
        if (invocation.ExpansionMessage is { } file) trial.Submit(Trial.Read(file));
        foreach (var id in invocation.ShownMessages ?? []) QueuedMessage.Fill(trial.Context, Site.RequestFor(invocation), id);
        // Exim, which runs as root for everyone, keeps them from others than administrators. Whoever gets here could read the file with his own rights.
        var macros = new Lazy<MacroTable>(() => MacroTable.Of(configuration.Document));
        return Run(new ExpansionLine(trial.Context, macros, Complain), invocation.Arguments);
    }

    public static int Run(LoadedConfiguration configuration, IReadOnlyList<string> templates) => Run(new ExpansionLine(configuration.NewContext(dryRun: false), macros: null, Complain), templates);

    static int Run(ExpansionLine expansion, IReadOnlyList<string> templates)
    {
        using var output = new StreamWriter(Terminal.OutputStream, System.Text.Encoding.Latin1, 64 * 1024, leaveOpen: true) { NewLine = "\n" };
        if (templates.Count == 0) FromInput(expansion, output);
        foreach (var template in templates) Write(output, expansion.Answer(template));
        return ExitCode.Ok;
    }

    static void Complain(string error) => Terminal.RawError(error + "\n");

    static void FromInput(ExpansionLine expansion, StreamWriter output)
    {
        using var input = new StreamReader(Console.OpenStandardInput(), System.Text.Encoding.Latin1, false, 64 * 1024);
        var person = !Console.IsInputRedirected;
        while (true)
        {
            output.Write("> ");
            if (person) output.Flush();
            if (ReadLogicalLine(input) is not { } line) break;
            Write(output, expansion.Answer(line));
        }
        output.WriteLine();
    }

    static void Write(StreamWriter output, string? answer)
    {
        if (answer is not null) output.WriteLine(answer);
    }

    /// <summary>A line that ends in a backslash goes on in the next, whose leading white space is dropped; so is that at the end of every line.</summary>
    static string? ReadLogicalLine(StreamReader input)
    {
        var line = input.ReadLine()?.TrimEnd(ExpansionLine.Blank);
        while (line is not null && line.EndsWith('\\'))
            line = line[..^1] + input.ReadLine()?.Trim(ExpansionLine.Blank);
        return line;
    }

    static void CheckIds(Invocation invocation, List<string> ids)
    {
        if (ids.Count == 0) throw new CommandException(ExitCode.Failure, "no message ids given after -Mset option");
        if (ids.Find(id => !Mail.MessageId.TryParse(id, out _)) is { } wrong) throw new CommandException(ExitCode.Failure, $"malformed message id {wrong} after -Mset option");
        if (invocation.Mode != Mode.Expand) throw new CommandException(ExitCode.Failure, "-Mset must be used with -be or -bem");
    }
}
