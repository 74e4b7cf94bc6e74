using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>A single SELECT reads; every other statement is taken to change something.</summary>
static class QueryLife
{
    const string Reading = "select";

    public static AnswerLife Of(string query)
    {
        var statement = Statement(query.TrimSpace());
        return AsciiCase.StartsWith(statement, Reading) && statement.TrimEnd(';').IndexOf(';') < 0 ? AnswerLife.Message : AnswerLife.ChangesOthers;
    }

    /// <summary>Without "servers=a:b;" or sqlite's "/file" before it.</summary>
    static string Statement(string query)
    {
        var end = query.StartsWith('/') ? query.IndexOfAny([' ', '\t', '\n', '\r']) : query.StartsWith("servers", StringComparison.Ordinal) ? query.IndexOf(';') : -1;
        return query[(end + 1)..].TrimSpaceAtStart();
    }
}
