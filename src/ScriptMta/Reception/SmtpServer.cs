using System.Net;
using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Reception;

/// <summary>The listening SMTP server of the daemon. Each session keeps the rules that were in force when it began.</summary>
sealed class SmtpServer
{
    /// <param name="ports">-oX: replaces daemon_smtp_ports and local_interfaces where given, in Exim's syntax.</param>
    public SmtpServer(ISpool spool, Func<ReceptionRules> rules, MessageIdSource ids, string? ports) => throw new NotImplementedException();

    /// <summary>Where it listens, with the ports that were bound (port 0 = any).</summary>
    public IReadOnlyList<IPEndPoint> Endpoints => throw new NotImplementedException();

    /// <summary>Throws SocketException or IOException with the address in its text when it cannot listen.</summary>
    public Task StartAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Accepts nobody new; a transaction that has reached DATA may finish within the limit, others get 421.</summary>
    public Task StopAsync(TimeSpan limit) => throw new NotImplementedException();
}
