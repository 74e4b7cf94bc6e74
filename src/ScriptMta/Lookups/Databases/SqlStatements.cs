namespace ScriptMta.Lookups;

/// <summary>Whether MySQL would see more than one statement in a text: a semicolon outside of quotes and comments, with more than space behind it. A backslash escapes, as quote_mysql has it.</summary>
static class SqlStatements
{
    public static bool HasSecond(string query)
    {
        for (var i = 0; i < query.Length; i++)
            switch (query[i])
            {
                case '\'' or '"' or '`': i = AfterQuoted(query, i); break;
                case '#': i = AfterComment(query, i, "\n"); break;
                case '-' when query.AsSpan(i).StartsWith("-- ", StringComparison.Ordinal): i = AfterComment(query, i, "\n"); break;
                // What stands in /*! … */ is run.
                case '/' when query.AsSpan(i).StartsWith("/*", StringComparison.Ordinal) && !query.AsSpan(i).StartsWith("/*!", StringComparison.Ordinal) && !query.AsSpan(i).StartsWith("/*M!", StringComparison.Ordinal):
                    i = AfterComment(query, i + 2, "*/");
                    break;
                case ';' when query.AsSpan(i + 1).ContainsAnyExcept(" \t\r\n;"): return true;
            }
        return false;
    }

    static int AfterQuoted(string query, int open)
    {
        for (var i = open + 1; i < query.Length; i++)
            if (query[i] == '\\' && query[open] != '`') i++;
            else if (query[i] == query[open]) return i;
        return query.Length;
    }

    static int AfterComment(string query, int start, string end) => query.IndexOf(end, start, StringComparison.Ordinal) is var at and >= 0 ? at + end.Length - 1 : query.Length;
}
