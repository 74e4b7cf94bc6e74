using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Authentication;

/// <summary>What a driver makes its mechanism from: the options of one instance.</summary>
/// <param name="PublicName">In upper case; the instance's name where the option is not set.</param>
sealed record AuthenticatorBlock(OptionReader Options, string Name, string PublicName)
{
    public Template? Condition { get; } = Options.Template("server_condition");

    public Template? Template(string name) => Options.Template(name);

    public void Error(string message) => Options.Problems.Error(Options.At, $"{Options.Owner}: {message}");
}
