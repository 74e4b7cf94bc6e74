namespace ScriptMta.Expansion;

/// <summary>What the main log hears of look-ups of hosts that find nothing (log_selector host_lookup_failed, unknown_in_list).</summary>
static class HostLookupLog
{
    public static void NoAddress(ExpansionContext context, string host)
    {
        if (context.Environment.Log.Options.Has("host_lookup_failed")) Tell(context, $"no IP address found for host {host}{During(context)}");
    }

    /// <summary>An item that cannot be decided for want of a name or an address ends its list.</summary>
    public static void Forced(ExpansionContext context, string? reason)
    {
        if (context.Environment.Log.Options.Has("unknown_in_list")) Tell(context, $"list matching forced to fail: {reason}");
    }

    /// <summary>" (during SMTP connection from …)" where there is one and no message yet.</summary>
    static string During(ExpansionContext context)
    {
        var (peer, options) = (context.Connection, context.Environment.Log.Options);
        if (peer.HostAddress.Length == 0 || context.Message.Id is not null) return "";
        var place = options.Has("incoming_interface") && peer.InterfaceAddress.Length > 0 ? $" I=[{peer.InterfaceAddress}]:{peer.InterfacePort}" : "";
        return $" (during SMTP connection from {peer.FullHostWith(options.Has("incoming_port"))}{place})";
    }

    static void Tell(ExpansionContext context, string text) => context.Environment.Log.Main(context.Message.Id, text);
}
