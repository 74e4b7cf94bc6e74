using System.Text;

namespace ScriptMta.Lookups;

/// <summary>The words of a command: separated by white space; a backslash takes the next character as it is, which is what quote_redis relies on.</summary>
static class RedisCommand
{
    /// <summary>More than any command of a rule needs; a list from outside must not become a million words.</summary>
    public const int MostWords = 1024;

    /// <summary>Null when there are too many.</summary>
    public static List<string>? Words(string query)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var inWord = false;
        for (var i = 0; i < query.Length; i++)
        {
            if (query[i] is ' ' or '\t' or '\n' or '\r' or '\v' or '\f')
            {
                if (inWord) words.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
            else
            {
                if (query[i] == '\\' && i + 1 < query.Length) i++;
                word.Append(query[i]);
                inWord = true;
            }
            if (words.Count > MostWords) return null;
        }
        if (inWord) words.Add(word.ToString());
        return words;
    }
}
