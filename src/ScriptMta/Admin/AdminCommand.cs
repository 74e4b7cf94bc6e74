namespace ScriptMta.Admin;

/// <summary>One call of a command. Payload is what follows the request (a message, or the client's half of an SMTP dialogue), until its end.</summary>
sealed record AdminCall(AdminRequest Request, Caller Caller, Stream Payload, AdminOutput Output);

/// <summary>A row of the command table. Run gives the exit status (sysexits.h).</summary>
sealed record AdminCommand(string Name, AdminNeed Need, Func<AdminCall, CancellationToken, ValueTask<int>> Run)
{
    /// <param name="needsAdministrator">Anything but submitting mail.</param>
    public AdminCommand(string name, bool needsAdministrator, Func<AdminCall, CancellationToken, ValueTask<int>> run)
        : this(name, needsAdministrator ? AdminNeed.Administrator : AdminNeed.Nothing, run) { }
}
