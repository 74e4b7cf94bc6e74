using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Scripting;

/// <summary>
/// Which of the texts that a script hands out are an administrator's. JavaScript strings carry no taint, so it goes by what they hold: until a call has seen anything
/// from outside (a tainted argument, message, connection …) all its texts are clean; after that only those that equal a string literal of the scripts, a clean
/// argument, or something that a lookup gave in the same call.
/// </summary>
sealed class CleanTexts(IReadOnlySet<string> literals)
{
    readonly HashSet<string> _ofCall = new(StringComparer.Ordinal);

    /// <summary>Set by the host objects when something from outside is read.</summary>
    public bool SeenOutside { get; set; }

    public void Add(string text) => _ofCall.Add(text);

    public Taint TaintOf(string text) => !SeenOutside || literals.Contains(text) || _ofCall.Contains(text) ? Taint.Clean : Taint.Tainted;

    public Value Value(string text) => new(text, TaintOf(text));

    public void Arguments(IReadOnlyList<Value> arguments)
    {
        foreach (var argument in arguments)
            if (argument.IsTainted) SeenOutside = true;
            else Add(argument.Text);
    }
}
