using System.Globalization;
using System.Net.Sockets;
using ScriptMta.Common;

namespace ScriptMta.Logging;

/// <summary>
/// Syslog (RFC 3164) over the datagram socket of the machine's daemon, or UDP. Long entries and entries of several lines go in parts with [n/m] or [n\m] in front, as Exim
/// sends them. The socket is opened when first needed and anew when the daemon has been restarted.
/// </summary>
sealed class SyslogSink(SyslogOptions options) : LogSink, IDisposable
{
    /// <summary>RFC 3164 4.1 allows 1,024 with all that is added.</summary>
    const int LongestPart = 870;
    const int Alert = 1, Notice = 5, Info = 6;
    /// <summary>A daemon that takes nothing must not hold up the mail.</summary>
    const int SendTimeout = 200;

    Socket? _socket;

    public override void Write(LogRecord record, IReadOnlyList<LogFile> files)
    {
        foreach (var file in options.Duplication ? files : [Weightiest(files)])
            Send(record, file);
    }

    /// <summary>One copy only: the panic line, else the reject line, which may have the header section.</summary>
    static LogFile Weightiest(IReadOnlyList<LogFile> files) => files.Max();

    void Send(LogRecord record, LogFile file)
    {
        var pid = record.Options.Pid && options.WithPid;
        var line = record.Options.IsJson ? record.For(file) : (options.WithTimestamp ? record.Stamp : "") + record.WithoutStamp(pid);
        var text = !record.Options.IsJson && file == LogFile.Reject && record.Appendix is not null ? $"{line}\n{record.Appendix}" : line;
        var priority = options.Facility * 8 + (file switch { LogFile.Panic => Alert, LogFile.Reject => Notice, _ => Info });
        var head = string.Create(CultureInfo.InvariantCulture, $"<{priority}>{record.Time:MMM} {record.Time.Day,2} {record.Time:HH:mm:ss} {Host}{options.ProcessName}[{Environment.ProcessId}]: ");
        foreach (var part in Parts(text)) Send(Latin1.Encode(head + part));
    }

    /// <summary>RFC 3164 4.1.2; the daemon of the own machine knows the name.</summary>
    string Host => IsUdp ? Environment.MachineName + " " : "";
    bool IsUdp => options.Socket.StartsWith("udp:", StringComparison.Ordinal);

    /// <summary>"[1/3] " before parts that were cut for their length, "[2\3] " before those that a line end ended; nothing before a line that is whole.</summary>
    public static IEnumerable<string> Parts(string text)
    {
        var parts = new List<(string Text, bool IsLine)>();
        foreach (var line in text.TrimEnd('\n').Split('\n'))
            for (var at = 0; ; at += LongestPart)
            {
                var isLast = line.Length - at <= LongestPart;
                parts.Add((isLast ? line[at..] : line.Substring(at, LongestPart), isLast));
                if (isLast) break;
            }
        return parts.Count == 1 ? [parts[0].Text] : parts.Select((part, i) => $"[{i + 1}{(part.IsLine && i + 1 < parts.Count ? '\\' : '/')}{parts.Count}] {part.Text}");
    }

    void Send(byte[] datagram)
    {
        try
        {
            _socket ??= Open();
            _socket.Send(datagram);
        }
        catch (SocketException) when (_socket is not null)
        {
            Dispose();
            try { (_socket = Open()).Send(datagram); }
            catch (SocketException error) { throw new IOException($"syslog at {options.Socket}: {error.Message}", error); }
        }
        catch (SocketException error) { throw new IOException($"syslog at {options.Socket}: {error.Message}", error); }
    }

    Socket Open()
    {
        if (!IsUdp)
        {
            var local = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = SendTimeout };
            return Connected(local, () => local.Connect(new UnixDomainSocketEndPoint(options.Socket)));
        }
        var place = options.Socket["udp:".Length..];
        var colon = place.LastIndexOf(':');
        var udp = new Socket(SocketType.Dgram, ProtocolType.Udp) { SendTimeout = SendTimeout };
        return Connected(udp, () => udp.Connect(colon > 0 ? place[..colon] : place, colon > 0 ? int.Parse(place.AsSpan(colon + 1), CultureInfo.InvariantCulture) : 514));
    }

    static Socket Connected(Socket socket, Action connect)
    {
        try { connect(); }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
        return socket;
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }
}
