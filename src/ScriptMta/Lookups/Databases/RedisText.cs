using System.Globalization;
using System.Text;
using ScriptMta.Common;
using StackExchange.Redis;

namespace ScriptMta.Lookups;

/// <summary>A reply as text: a number by itself is a truth value, as in Exim; the elements of an array, and of arrays in it, stand on lines of their own.</summary>
static class RedisText
{
    const int MostNesting = 8;

    /// <summary>Null when it is too large.</summary>
    public static string? Of(RedisResult reply)
    {
        if (reply.Resp2Type == ResultType.Integer) return (long)reply != 0 ? "true" : "false";
        var text = new StringBuilder();
        Append(text, reply, MostNesting);
        return text.Length > DatabaseLimits.ResultBytes ? null : text.ToString();
    }

    static void Append(StringBuilder text, RedisResult reply, int depth)
    {
        if (reply.Resp2Type == ResultType.Array)
            for (var i = 0; i < reply.Length && depth > 0 && text.Length <= DatabaseLimits.ResultBytes; i++)
            {
                if (text.Length > 0) text.Append('\n');
                Append(text, reply[i], depth - 1);
            }
        else if (reply.Resp2Type == ResultType.Integer) text.Append(((long)reply).ToString(CultureInfo.InvariantCulture));
        else if (!reply.IsNull) text.Append(Latin1.Decode((byte[]?)reply));
    }
}
