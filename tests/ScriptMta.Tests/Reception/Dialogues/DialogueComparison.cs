using System.Text;
using System.Text.RegularExpressions;

namespace ScriptMta.Tests.Reception.Dialogues;

/// <summary>What Exim said beside what ScriptMta said.</summary>
sealed partial class DialogueComparison(DialogueAnswers exim, DialogueAnswers ours)
{
    /// <summary>Both sides with the first difference marked; null when there is none.</summary>
    public string? Difference => Report("replies", exim.Replies, ours.Replies) ?? Report("LOG lines", exim.Log, ours.Log);

    /// <summary>Our lines that Exim does not have at their place.</summary>
    public IReadOnlyList<string> OnlyOurs => [.. Unmatched(exim.Replies, ours.Replies), .. Unmatched(exim.Log, ours.Log).Select(static l => "LOG: " + l)];

    static string? Report(string what, IReadOnlyList<string> exim, IReadOnlyList<string> ours)
    {
        var first = 0;
        while (first < exim.Count && first < ours.Count && Same(exim, first, ours[first])) first++;
        if (first == exim.Count && first == ours.Count) return null;
        var text = new StringBuilder($"{what} differ from line {first + 1}:\n");
        for (var i = 0; i < Math.Max(exim.Count, ours.Count); i++)
        {
            var (theirs, own) = (i < exim.Count ? exim[i] : "(nothing)", i < ours.Count ? ours[i] : "(nothing)");
            text.Append(i == first ? ">> " : "   ").Append("Exim: ").Append(theirs).Append('\n');
            if (i >= exim.Count || i >= ours.Count || !Same(exim, i, own)) text.Append(i == first ? ">> " : "   ").Append("ours: ").Append(own).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>
    /// Where Exim has no enhanced status code, ours may have one of the same class. And Exim, in a dry run only, puts the id of a message that it has taken before what it logs afterwards.
    /// </summary>
    static bool Same(IReadOnlyList<string> exim, int at, string ours)
    {
        var theirs = exim[at];
        return theirs == ours || theirs == Enhanced().Replace(ours, "$1")
            || (theirs == "<id> " + ours && exim.Take(at).Any(static l => l.StartsWith("<id> <= ", StringComparison.Ordinal) || l.StartsWith("<id> (= ", StringComparison.Ordinal)));
    }

    /// <summary>What is left of ours without a longest common subsequence.</summary>
    static IEnumerable<string> Unmatched(IReadOnlyList<string> exim, IReadOnlyList<string> ours)
    {
        var length = new int[exim.Count + 1, ours.Count + 1];
        for (var i = exim.Count - 1; i >= 0; i--)
            for (var j = ours.Count - 1; j >= 0; j--)
                length[i, j] = Same(exim, i, ours[j]) ? length[i + 1, j + 1] + 1 : Math.Max(length[i + 1, j], length[i, j + 1]);
        for (int i = 0, j = 0; j < ours.Count;)
            if (i < exim.Count && Same(exim, i, ours[j])) (i, j) = (i + 1, j + 1);
            else if (i < exim.Count && length[i + 1, j] >= length[i, j + 1]) i++;
            else yield return ours[j++];
    }

    [GeneratedRegex(@"^((\d)\d\d[- ])\2\.\d{1,3}\.\d{1,3} ?")] private static partial Regex Enhanced();
}
