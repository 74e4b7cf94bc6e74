namespace ScriptMta.Admin;

/// <summary>One call of a command. Payload is what follows the request (a message, or the client's half of an SMTP dialogue), until its end.</summary>
sealed record AdminCall(AdminRequest Request, Caller Caller, Stream Payload, AdminOutput Output);

/// <summary>A row of the command table. Run gives the exit status (sysexits.h). NeedsAdministrator: anything but submitting mail.</summary>
sealed record AdminCommand(string Name, bool NeedsAdministrator, Func<AdminCall, CancellationToken, ValueTask<int>> Run);
