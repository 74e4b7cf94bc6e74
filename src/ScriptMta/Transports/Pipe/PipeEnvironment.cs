using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Transports;

/// <summary>The environment of a command: Exim's list (29.4) and the environment option, nothing of our own.</summary>
static class PipeEnvironment
{
    public static IReadOnlyList<(string Name, string Value)> Of(TransportJob job, string sender, ExpansionContext context, DeliveryIdentity identity, string path, string extra)
    {
        var facts = context.Address;
        var variables = new List<(string, string)>
        {
            ("LOCAL_PART", facts.LocalPart), ("LOGNAME", facts.LocalPart), ("USER", facts.LocalPart), ("LOCAL_PART_PREFIX", facts.Prefix), ("LOCAL_PART_SUFFIX", facts.Suffix),
            ("DOMAIN", facts.Domain), ("HOME", identity.Home?.Text ?? ""), ("MESSAGE_ID", job.Id.Text), ("PATH", path), ("RECIPIENT", Recipient(job)),
            ("QUALIFY_DOMAIN", context.Environment.QualifyDomain), ("SENDER", sender), ("SHELL", "/bin/sh"),
        };
        if (job.Recipients[0].Hosts is [var host, ..]) variables.Add(("HOST", host.Name));
        if (context.Environment.Settings.TryGetValue("timezone", out var zone) && zone.Length > 0) variables.Add(("TZ", zone));
        foreach (var item in new Expansion.ListText(extra))
        {
            var equals = item.IndexOf('=');
            if (equals > 0) variables.Add((item[..equals], item[(equals + 1)..]));
        }
        return variables;
    }

    static string Recipient(TransportJob job)
    {
        var address = job.Recipients[0].Address;
        return (address.Kind == Routing.TargetKind.Address ? address.Address : address.Parent?.Address ?? address.Address).ToString();
    }
}
