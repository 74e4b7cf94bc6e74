namespace ScriptMta.Expansion;

/// <summary>What came from a socket until its end, up to the first NUL; or Exim's text for why nothing did.</summary>
readonly record struct SocketAnswer(string Text, string? Error)
{
    public static SocketAnswer Failed(string error) => new("", error);
}
