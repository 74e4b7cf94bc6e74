using System.Globalization;
using System.Text;
using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Queue;

/// <summary>One retry hint as people see it, and what they may call it by.</summary>
sealed record RetryEntry(string Key, RetryRecord Record)
{
    public bool IsRouting => Key.StartsWith("R:", StringComparison.Ordinal);
    /// <summary>The host with its address, or the address or domain that waits.</summary>
    public string What => Record.Failure.Place.Length > 0 ? Record.Failure.Place : Key[2..];

    /// <summary>Whether the words mean this: its key, host, IP address, message id, mail address or domain, in any case; "*" and "?" stand for any characters.</summary>
    public bool IsCalled(string words) => Names().Any(name => WordPattern.Matches(words, name));

    IEnumerable<string> Names()
    {
        yield return Key;
        yield return What;
        yield return Record.Failure.Domain;
        if (Record.Failure.Place.Length > 0)
        {
            foreach (var part in Record.Failure.Place.Split(' ')) yield return Bare(part);
            yield break;
        }
        var sender = Key.IndexOf(":<", StringComparison.Ordinal);
        if (IsRouting && sender > 0) yield return Key[2..sender];
    }

    /// <summary>"[192.0.2.1]:2525" is called by the address.</summary>
    static string Bare(string part) => part.StartsWith('[') && part.IndexOf(']') is var end and > 0 ? part[1..end] : part;

    /// <summary>As exinext prints it.</summary>
    public void Append(StringBuilder text, TimeProvider clock)
    {
        text.Append(IsRouting ? "Route: " : "Transport: ").Append(BuiltMessage.OneLine(What)).Append(CultureInfo.InvariantCulture, $" error {Record.Failure.Errno}: ").Append(BuiltMessage.OneLine(Record.Failure.Text)).Append('\n');
        text.Append("  first failed: ").Append(Date(Record.FirstFailed, clock)).Append("\n  last tried:   ").Append(Date(Record.LastTried, clock)).Append("\n  next try at:  ").Append(Date(Record.NextTry, clock)).Append('\n');
        if (Record.Expired) text.Append("  past final cutoff time\n");
    }

    static string Date(DateTimeOffset time, TimeProvider clock) => TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone).ToString("dd-MMM-yyyy HH:mm:ss", CultureInfo.InvariantCulture);
}
