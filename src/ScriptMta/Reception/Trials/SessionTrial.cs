using System.Net;
using System.Net.Sockets;
using ScriptMta.Expansion;
using ScriptMta.Logging;

namespace ScriptMta.Reception;

/// <summary>
/// An SMTP session that is not for real (-bh, Exim 5.2): as if from an address, with rules that run and replies that are given, while no message is kept, no delay
/// imposed and no log written. What would be logged and what the rules saw goes to Note, a line at a time.
/// </summary>
sealed class SessionTrial
{
    /// <summary>Exim's port where none is known.</summary>
    const int NoPort = -1;

    public const string NotAnId = "\n**** SMTP testing: that is not a real message id!\n\n";

    /// <param name="note">Gets the lines for standard error, without line ends.</param>
    public SessionTrial(IPAddress host, int port, IReadOnlyDictionary<string, string> told, Action<string> note)
    {
        Facts = new() { HostAddress = Long(host), HostPort = port, InterfacePort = NoPort, Protocol = "smtp" };
        LocalFacts.Tell(Facts, told);
        Note = note;
        Trace = new(step => { if (TrialTrace.Line(step) is { } line) note(line); });
    }

    /// <summary>What is known of the peer, -oMs, -oMt and their like included.</summary>
    public ConnectionFacts Facts { get; }
    /// <summary>-bhc: callouts are made and their cache is used.</summary>
    public bool MakesCallouts { get; init; }
    public Action<string> Note { get; }
    public TraceRecorder Trace { get; }

    public string Heading => $"\n**** SMTP testing session as if from host {Facts.HostAddress}\n**** but without any ident (RFC 1413) callback.\n**** This is not for real!\n\n";

    /// <summary>Exim's canonical form of an IPv6 address on the command line: all eight groups.</summary>
    static string Long(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork ? address.ToString() : string.Join(':', address.GetAddressBytes().Chunk(2).Select(static pair => $"{pair[0]:x2}{pair[1]:x2}"));
}
