using System.Globalization;
using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>What spamd or rspamd said of a message.</summary>
sealed record SpamVerdict(double Score, double Threshold, string Action, string Report)
{
    // Exim says 50 in its manual.
    const int LongestBar = 51;

    public bool IsSpam => Score >= Threshold;

    /// <summary>$spam_… (Exim 45.2).</summary>
    public void SetVariables(MessageFacts message)
    {
        message.Content["spam_score"] = Value.Clean(Score.ToString("F1", CultureInfo.InvariantCulture));
        // Exim adds this much so that what was written with one decimal is not cut to one less.
        message.Content["spam_score_int"] = Value.Clean(((int)((Score + 0.001) * 10)).ToString(CultureInfo.InvariantCulture));
        message.Content["spam_bar"] = Value.Clean(Bar);
        message.Content["spam_action"] = Value.Tainted(Action);
        message.Content["spam_report"] = Value.Tainted(Report);
    }

    string Bar => (int)Score == 0 ? "/" : new(Score > 0 ? '+' : '-', Math.Min(LongestBar, (int)Math.Abs(Score)));
}
