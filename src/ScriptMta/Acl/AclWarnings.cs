using ScriptMta.Logging;

namespace ScriptMta.Acl;

/// <summary>What a `warn` statement leaves behind: its log line (once a message) and, in the manner of old, a header line from its message (Exim 44.18, 44.24).</summary>
static class AclWarnings
{
    public static void Note(AclRun run, AclResultKind kind)
    {
        var log = run.Context.Environment.Log;
        var host = AclLog.Host(run.Context);
        if (kind == AclResultKind.Defer && log.Options.Has("acl_warn_skipped"))
            log.Main(run.Context.Message.Id, $"{host}Warning: ACL \"warn\" statement skipped: condition test deferred{(run.LogText is { } why ? ": " + why : "")}");
        if (kind != AclResultKind.Ok) return;
        if (run.LogText is { } text && (run.LogMessage is not null || run.Message is null) && run.Session.WarningsLogged.Add(text))
            log.Main(run.Context.Message.Id, $"{host}Warning: {MailLog.Escape(text)}");
        if (run.UserText is not { } header) return;
        if (AclPlaces.Message.Holds(run.Where) && run.Where != AclWhere.NotSmtpStart) HeaderAdditions.Add(run.Session, header);
        else log.Panic(run.Context.Message.Id, $"ACL \"warn\" with \"message\" setting found in a non-message ({AclWhereNames.Text(run.Where)}) ACL: cannot specify header lines here: message ignored");
    }
}
