using ScriptMta.Smtp;

namespace ScriptMta.Queue;

/// <summary>The numbers that Exim shows for errors.</summary>
static class RetryErrnos
{
    /// <summary>"Not time yet" of routing, of a local delivery, of every host.</summary>
    public const int RoutingWait = -52, LocalWait = -53, HostWait = -54;
    /// <summary>What is logged only with the selector retry_defer.</summary>
    public static bool IsWait(int errno) => errno is RoutingWait or LocalWait or HostWait;

    /// <summary>For an error of a host whose number the transport did not say.</summary>
    public static int Of(string error) => error switch
    {
        _ when error.StartsWith("refused", StringComparison.Ordinal) => Errnos.Refused,
        _ when error.StartsWith("timeout", StringComparison.Ordinal) => Errnos.TimedOut,
        _ when error.StartsWith("mail_4", StringComparison.Ordinal) => Errnos.Mail4xx,
        _ when error.StartsWith("data_4", StringComparison.Ordinal) => Errnos.Data4xx,
        _ when error.StartsWith("rcpt_4", StringComparison.Ordinal) => Errnos.Rcpt4xx,
        "lost_connection" => Errnos.Closed,
        _ => 0,
    };
}
