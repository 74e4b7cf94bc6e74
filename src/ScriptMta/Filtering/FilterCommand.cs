using ScriptMta.Common;

namespace ScriptMta.Filtering;

/// <summary>Words that may stand before a command. Seen is null when neither "seen" nor "unseen" did.</summary>
readonly record struct CommandPrefix(bool? Seen, bool NoError)
{
    public bool Any => Seen is not null || NoError;

    /// <summary>deliver, save and pipe count as deliveries unless "unseen" says otherwise.</summary>
    public bool IsSignificantDelivery => Seen ?? true;

    /// <summary>All other commands only count with "seen".</summary>
    public bool IsSignificantOther => Seen ?? false;

    public string Shown(string what) => Seen switch
    {
        true => "Seen " + what,
        false => "Unseen " + what,
        _ => AsciiCase.Upper(what[0]) + what[1..],
    };
}

/// <summary>One command of the tree. Run is false when the commands after it must not be obeyed: finish, fail …, or trouble.</summary>
abstract record FilterCommand(SourceLocation At)
{
    public abstract bool Run(FilterRun run);
}
