using System.Net;
using ScriptMta.Language;

namespace ScriptMta.Hosting;

/// <summary>The log texts of this chapter.</summary>
static class HostingLog
{
    public static string Started(string version, string config, IReadOnlyList<IPEndPoint> endpoints, Func<IPEndPoint, bool> beginsWithTls)
    {
        var (plain, secured) = (endpoints.Where(e => !beginsWithTls(e)).ToList(), endpoints.Where(beginsWithTls).ToList());
        var listening = string.Join(" and ", ((string[])[Of("for SMTP on ", plain), Of("for SMTPS on ", secured)]).Where(t => t.Length > 0));
        return $"ScriptMta {version} daemon started: pid={Environment.ProcessId}, {config}, listening {listening}";

        static string Of(string what, List<IPEndPoint> where) => where.Count == 0 ? "" : what + string.Join(", ", where);
    }

    public static string Stopping => "daemon stopping";
    public static string QueueRunFailed(Exception error) => $"queue run failed: {error.Message}";
    public static string TlsReportFailed(Exception error) => $"reports about TLS could not be sent: {error.Message}";
    public static string PidFileFailed(string file, Exception error) => $"pid file {file} not written: {error.Message}";
    public static string FewDescriptors(long now, long wanted) => $"only {now} file descriptors (wanted {wanted}): raise LimitNOFILE or ulimit -n, or lower smtp_accept_max";
    public static string DescriptorsUnknown(IOException error) => $"the limit of file descriptors cannot be raised: {error.Message}";
    public static string Stopped => "daemon stopped";
    public static string Reloaded(string file) => $"configuration reloaded from {file}";
    public static string ReloadProblem(ConfigurationProblem problem) => $"configuration error: {problem}";
    public static string ReloadRefused(string file) => $"{file} has errors: keeping the old configuration";
    public static string ReloadNeedsRestart(string option) => $"{option} changed: keeping the old configuration until a restart";
}
