using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>
/// Between two chunks of a message only BDAT, NOOP, RSET and QUIT may come (Exim is that strict); after anything else nothing but RSET and QUIT, and the chunks that still come are read and refused.
/// </summary>
static class ChunkGate
{
    /// <summary>The refusal of a command, or null.</summary>
    public static Reply? Check(ChunkedMessage chunks, CommandRow? row)
    {
        var name = row?.Name;
        if (name is "RSET" or "QUIT" or "BDAT" || (name == "NOOP" && !chunks.IsBroken)) return null;
        if (chunks.IsBroken) return ChunkReplies.OnlyReset;
        chunks.IsBroken = true;
        return ChunkReplies.OnlyBdat;
    }
}
