using ScriptMta.Mail;

namespace ScriptMta.Acl;

/// <summary>What ACL statements have asked for so far in one message: effects that Reception carries out at the end. Owned by one session; Reset between messages.</summary>
sealed class AclSession
{
    /// <summary>Header lines to add, in order, with their place (Exim 43.24).</summary>
    public List<(AddedHeaderPlace Place, HeaderField Field)> HeadersAdd { get; } = [];
    /// <summary>Names (perhaps patterns) to remove.</summary>
    public List<string> HeadersRemove { get; } = [];
    /// <summary>control = … that are on for this message, name → argument (submission → /domain=…, freeze, queue, fakereject …).</summary>
    public Dictionary<string, string> Controls { get; } = new(StringComparer.Ordinal);

    public void Reset()
    {
        HeadersAdd.Clear();
        HeadersRemove.Clear();
        Controls.Clear();
    }
}

enum AddedHeaderPlace { AtEnd, AtStart, AtStartRfc, AfterReceived }
