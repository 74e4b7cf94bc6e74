namespace ScriptMta.Queue;

/// <summary>What became of an administrator's wish. Text is what Exim prints after the message id; a wish that was not carried out is exit status 1.</summary>
readonly record struct EditAnswer(bool IsDone, string Text)
{
    public static EditAnswer Made(string text) => new(true, text);
    public static EditAnswer Not(string text) => new(false, text);
}
