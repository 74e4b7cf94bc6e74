using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Scripting;

/// <summary>What the function of a <c>driver = js</c> router comes to. Headers are to be added for what the router makes of the address, as headers_add does.</summary>
abstract record RouterScriptOutcome
{
    RouterScriptOutcome() { }

    public IReadOnlyList<HeaderField> Headers { get; init; } = [];

    /// <summary>For traces.</summary>
    public string Words => Verdict + string.Concat(Headers.Select(h => $", adds {h}"));

    string Verdict => this switch
    {
        Decline => "decline",
        Redirect redirect => $"redirect to {string.Join(", ", redirect.Addresses.Select(a => a.Text))}",
        UseTransport use => $"transport {use.Name}",
        Fail fail => $"fail: {fail.Text}",
        Defer defer => $"defer: {defer.Text}",
        _ => "",
    };

    /// <summary>The next router is tried.</summary>
    public sealed record Decline : RouterScriptOutcome;

    /// <summary>Never empty. A tainted value may be an address, never a file or command.</summary>
    public sealed record Redirect(IReadOnlyList<Value> Addresses) : RouterScriptOutcome;

    /// <summary>The address is delivered by the transport of this name.</summary>
    public sealed record UseTransport(string Name) : RouterScriptOutcome;

    /// <summary>Permanent failure; Text goes into the bounce or SMTP reply.</summary>
    public sealed record Fail(string Text) : RouterScriptOutcome;

    /// <summary>Tried again later. Failure of the script itself (already logged) is this too; Text then has script and line.</summary>
    public sealed record Defer(string Text) : RouterScriptOutcome;
}
