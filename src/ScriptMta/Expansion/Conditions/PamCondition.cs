using System.Collections;
using ScriptMta.Common;
using ScriptMta.Common.Posix;

namespace ScriptMta.Expansion;

/// <summary>
/// pam{user:answer:…}: asks the PAM service "exim", as Exim does, which gets the answers to its prompts in the order of the list. ScriptMta starts itself for it, with
/// <see cref="ChildArgument"/>, so that a module that crashes or hangs costs this one check.
/// </summary>
static class PamCondition
{
    /// <summary>The only argument of a process that makes one check: texts on standard input, each with a NUL after it (the service's directory, which may be empty; the service; the user; answers), an outcome on standard output.</summary>
    public const string ChildArgument = "--pam-check";
    public const string Service = "exim";

    // Modules wait two seconds after a wrong password, and may ask a directory; no client waits longer for an AUTH.
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // A line of error text.
    const int MaxOutcome = 4096;

    public static ExpandedKind Test(Evaluation evaluation, Value[] arguments, out bool yes)
    {
        var items = new ListText(arguments[0].Text).ToList();
        yes = false;
        // Exim asks nobody about an empty user.
        if (items.Count == 0 || items[0].Length == 0) return ExpandedKind.Ok;
        var match = Ask(items, evaluation.Context.Environment);
        yes = match.IsYes;
        return match.IsDefer ? evaluation.Defer(match.Reason ?? "") : ExpandedKind.Ok;
    }

    static Match Ask(List<string> items, RuleEnvironment environment)
    {
        var command = new ChildCommand([Latin1.FromUnicode(environment.PamProgram), ChildArgument], Variables(), null, HasInput: true, JoinsErrors: false);
        using var child = ChildProcess.Start(command, out _);
        if (child is null) return Match.Defer($"PAM could not be asked: {environment.PamProgram} could not be started");
        var deadline = new Deadline(environment.Clock, environment.PamTimeLimit ?? Limit);
        child.Input!.Write(Latin1.Encode(string.Concat(items.Prepend(Service).Prepend(environment.PamDirectory).Select(text => text + '\0'))), deadline);
        child.Input.Dispose();
        var outcome = Read(child.Output, deadline);
        if (outcome is null || child.WaitForEnd(deadline) is not { } status)
        {
            child.Kill();
            return Match.Defer($"PAM gave no answer in {(environment.PamTimeLimit ?? Limit).TotalSeconds:0} s");
        }
        return outcome.Split(' ', 2) switch
        {
            ["yes"] when status == 0 => Match.Yes,
            ["no"] when status == 0 => Match.No,
            ["error", var reason] when status == 0 => Match.Defer(reason),
            _ => Match.Defer(status < 0 ? $"a PAM module crashed (signal {-status})" : $"a PAM module ended the check with status {status}"),
        };
    }

    /// <summary>What the .NET runtime needs to start, and nothing that a module could take for its own.</summary>
    static Dictionary<string, string> Variables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Where(pair => ((string)pair.Key).StartsWith("DOTNET_", StringComparison.Ordinal))
            .ToDictionary(pair => Latin1.FromUnicode((string)pair.Key), pair => Latin1.FromUnicode((string)pair.Value!));

    static string? Read(PipeEnd output, Deadline deadline)
    {
        var text = new byte[MaxOutcome];
        var length = 0;
        while (output.Read(text.AsSpan(length), deadline) is var count && count != 0)
            if (count is null) return null;
            else if ((length += count.Value) == text.Length) break;
        return Latin1.Decode(text.AsSpan(0, length));
    }
}
