namespace ScriptMta.Admin;

/// <summary>The table of everything that can be asked of the owner of the spool.</summary>
static class AdminCommands
{
    public static IReadOnlyList<AdminCommand> All(AdminServices services) =>
    [
        new("submit", false, new SubmitHandler(services).RunAsync),
        new("smtp", false, new SmtpHandler(services).RunAsync),
        new("batch", false, new BatchHandler(services).RunAsync),
        .. new QueueHandlers(services).Commands(),
        .. new SuspensionHandlers(services).Commands(),
        .. new MessageHandlers(services).Commands(),
        .. new RetryHandlers(services).Commands(),
        .. new ShowHandlers(services).Commands(),
        new("tls-report", true, async (call, cancel) =>
        {
            await call.Output.OutAsync(await services.TlsReports(call.Request.Arguments is ["show"], cancel), cancel);
            return Common.ExitCode.Ok;
        }),
        .. new QueueVerbHandlers(services).Commands(),
        new("top", AdminNeed.Listing, new TopHandler(services).RunAsync),
        new("tail", true, new TailHandler(services).RunAsync),
        new("reload", true, async (call, cancel) =>
        {
            await call.Output.OutAsync(services.Reload() + "\n", cancel);
            return Common.ExitCode.Ok;
        }),
    ];
}
