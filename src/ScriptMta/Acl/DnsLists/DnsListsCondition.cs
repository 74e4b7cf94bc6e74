using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>dnslists = lists: true when the peer (or an explicit key) is on one of them (Exim 44.27). A list that does not answer counts as "no", "yes" or "later", as the special items before it say.</summary>
static class DnsListsCondition
{
    const string Domain = "dnslist_domain", Matched = "dnslist_matched";

    /// <summary>The variables that a new message begins without; value and text stay, as they do in Exim.</summary>
    public static readonly string[] Variables = [Domain, Matched];

    public static AclStep Bind(AclPartSource source) => AclArgument.Expanded(source, AskAsync);

    static async ValueTask<AclResult> AskAsync(AclRun run, Value lists, CancellationToken cancel)
    {
        var (unknown, deferred) = (DnsListUnknown.Exclude, false);
        foreach (var item in new ListText(lists.Text).ToList())
        {
            if (item.StartsWith('+'))
            {
                if (ReadUnknown(item) is { } said) unknown = said;
                else Log(run, $"unknown item in dnslist (ignored): {item}");
                continue;
            }
            var list = DnsListItem.Parse(item);
            foreach (var domain in (string?[])[list.Domain, list.Merged])
                if (domain is not null && DnsListItem.IsStrange(domain)) Log(run, $"dnslists domain \"{domain}\" contains strange characters - is this right?");
            if (list.Keys is null && run.Where is (AclWhere.NotSmtp or AclWhere.NotSmtpStart))
                return AclResult.Error($"cannot test auto-keyed dnslists condition in {AclWhereNames.Text(run.Where)} ACL");
            var (answer, key) = await AskAsync(run, list, unknown, cancel).ConfigureAwait(false);
            if (answer is DnsListAnswer.Listed listed)
            {
                Keep(run, list, key, listed, lists.IsTainted);
                return AclResult.Ok;
            }
            deferred = answer is DnsListAnswer.Unknown;
            if (deferred) break;
        }
        return deferred ? new(AclResultKind.Defer) : AclResult.Fail;
    }

    /// <summary>The first key that is listed decides; one that nothing is known of only when no other is.</summary>
    static async ValueTask<(DnsListAnswer Answer, string Key)> AskAsync(AclRun run, DnsListItem list, DnsListUnknown unknown, CancellationToken cancel)
    {
        var host = run.Context.Connection.HostAddress;
        var (result, at) = (DnsListAnswer.NotListed, "");
        foreach (var key in list.Keys ?? (host.Length > 0 ? [host] : []))
        {
            var answer = await DnsListQuery.AskAsync(run, list, key, unknown, cancel).ConfigureAwait(false);
            if (answer is DnsListAnswer.Listed) return (answer, key);
            if (answer is DnsListAnswer.Unknown) (result, at) = (answer, key);
        }
        return (result, at);
    }

    static DnsListUnknown? ReadUnknown(string item) => item.LowerAscii() switch
    {
        "+include_unknown" => DnsListUnknown.Include,
        "+exclude_unknown" => DnsListUnknown.Exclude,
        "+defer_unknown" => DnsListUnknown.Defer,
        _ => null,
    };

    static void Keep(AclRun run, DnsListItem list, string key, DnsListAnswer.Listed listed, bool tainted)
    {
        var variables = run.Context.Variables;
        variables[Domain] = tainted ? Value.Tainted(list.Domain) : Value.Clean(list.Domain);
        variables[Matched] = Value.Tainted(key);
        variables["dnslist_value"] = Value.Tainted(listed.Value);
        variables["dnslist_text"] = Value.Tainted(listed.Text);
    }

    static void Log(AclRun run, string line) => run.Context.Environment.Log.Main(run.Context.Message.Id, line);
}
