using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;

namespace ScriptMta.Cli;

/// <summary>The process that the pam condition starts: one check, then its end. See <see cref="PamCondition.ChildArgument"/>.</summary>
static class PamCheck
{
    // The directory, the service and the user.
    const int FixedTexts = 3;

    public static int Run()
    {
        var input = new MemoryStream();
        using (var standard = Console.OpenStandardInput()) standard.CopyTo(input);
        var texts = Latin1.Decode(input.ToArray()).Split('\0');
        if (texts.Length <= FixedTexts) throw new CommandException(ExitCode.Usage, $"{PamCondition.ChildArgument} is for ScriptMta's own use");
        var match = Pam.Check(texts[1], texts[2], texts[FixedTexts..^1], texts[0].Length == 0 ? null : texts[0]);
        using var output = Console.OpenStandardOutput();
        output.Write(Latin1.Encode(match switch
        {
            null => "error there is no libpam here: install it (Debian's package libpam0g)",
            { IsYes: true } => "yes",
            { IsDefer: true } => $"error {match.Value.Reason}",
            _ => "no",
        }));
        return ExitCode.Ok;
    }
}
