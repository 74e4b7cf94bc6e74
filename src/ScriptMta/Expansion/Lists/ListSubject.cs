using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>What is being looked for while one list is tried, and what the items leave behind. One evaluation, one thread.</summary>
sealed class ListSubject
{
    public required ExpansionContext Context { get; init; }
    public required NamedListKind Kind { get; init; }
    /// <summary>As given: a domain, a local part, a whole address, or the text of an IP address.</summary>
    public required string Text { get; init; }
    /// <summary>Whether letters compare without case now; "+caseful" ends it for the items after it.</summary>
    public bool Caseless { get; set; } = true;
    /// <summary>Host lists: the name of the host where it needs no looking up; null = it does.</summary>
    public string? HostName { get; init; }
    /// <summary>Host lists: only addresses may be looked at (match_ip); items that need a name never match.</summary>
    public bool IpOnly { get; init; }
    /// <summary>Of Text: what it captures is tainted as it is.</summary>
    public Taint Taint { get; init; } = Taint.Tainted;
    /// <summary>Taint of the list's own text: an item of a tainted list gives tainted data.</summary>
    public Taint ListTaint { get; set; }
    /// <summary>Domain and local part lists set $0 and $1… (Exim 10.9), and so do the patterns of rewriting rules (31.5).</summary>
    public bool Captures { get; init; }
    public bool HasCaptured { get; private set; }
    /// <summary>The value of the last item that matched, whatever its sign.</summary>
    public Value? Data { get; set; }
    public ListWalk Walk { get; init; } = new();

    public string Lower => field ??= AsciiCase.Lower(Text);
    /// <summary>What literals and suffixes compare with.</summary>
    public string Compared => Caseless ? Lower : Text;

    public void SetCaptures(params ReadOnlySpan<string?> groups)
    {
        if (!Captures) return;
        HasCaptured = true;
        var captures = new Value?[groups.Length];
        for (var i = 0; i < captures.Length; i++) captures[i] = groups[i] is { } text ? new Value(text, Taint) : null;
        Context.Captures = captures;
    }

    /// <summary>Those that the same list left before; null = none.</summary>
    public void RestoreCaptures(Value?[]? captures)
    {
        if (!Captures || captures is null) return;
        HasCaptured = true;
        Context.Captures = captures;
    }

    /// <summary>An item that was tried and said no leaves nothing of those before it.</summary>
    public void DropCaptures()
    {
        if (Captures && HasCaptured) Context.Captures = [];
    }

    /// <summary>An address of which a part (its domain, or all of it in lower case) has left captures: $0 becomes the whole of it, and what the asterisk of the local part stood for comes before those of the domain (Exim 31.5).</summary>
    public void CaptureWhole(ListSubject part, string? wild = null)
    {
        if (!Captures) return;
        var ofPart = part.HasCaptured ? Context.Captures.Skip(1).Select(c => c?.Text) : [];
        SetCaptures([Text, .. wild is null ? ofPart : ofPart.Prepend(wild)]);
    }

    /// <summary>The same evaluation seen from another kind of list: the domain of an address, its local part.</summary>
    public ListSubject Within(NamedListKind kind, string text, bool caseless, bool captures = false) => new()
    {
        Context = Context, Kind = kind, Text = text, Taint = Taint, Caseless = caseless, ListTaint = ListTaint, Walk = Walk, Captures = captures,
    };
}
