using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using ScriptMta.Logging;

namespace ScriptMta.Expansion;

/// <summary>
/// Everything that a template can see while one thing happens: one connection, one transaction, one address being routed, one delivery. Owned
/// by one thread at a time. The facts are filled by whoever knows them (Reception, Routing, Transports); the variable table reads them.
/// </summary>
sealed class ExpansionContext
{
    Dictionary<string, X509Certificate2>? _certificates;

    public required RuleEnvironment Environment { get; init; }

    public ConnectionFacts Connection { get => field ??= new(); set; }
    [AllowNull] public MessageFacts Message { get => field ??= new(); set; }
    [AllowNull] public AddressFacts Address { get => field ??= new(); set; }

    /// <summary>The facts of another message, of which nothing is known yet; they are made when somebody asks.</summary>
    public void ForgetMessage() => (Message, Address) = (null, null);

    /// <summary>$0, $1 … as the last match left them; null = unset, and so is every number past the end. Replaced, never changed in place: an if puts the old ones back.</summary>
    public Value?[] Captures { get; set; } = [];

    /// <summary>$acl_arg1… of the running ACL call.</summary>
    public IReadOnlyList<Value> AclArguments { get; set; } = [];

    /// <summary>$value while a lookup, extract, reduce … evaluates its yes string; null outside (then Variables["value"] counts).</summary>
    public Value? CurrentValue { get; set; }

    /// <summary>$item while a list item evaluates one element; null outside.</summary>
    public Value? CurrentItem { get; set; }

    /// <summary>How many templates are being expanded inside one another; kept by <see cref="Template"/>.</summary>
    public int RunningTemplates { get; set; }
    /// <summary>How many searches whose keys are patterns run inside one another; kept by the lookup types that have such keys.</summary>
    public int RunningPatternSearches { get; set; }
    /// <summary>$headers_added: what ACLs have added that is not in the message yet; the Acl chapter sets it.</summary>
    public Func<string>? HeadersAdded { get; set; }
    /// <summary>The running ACL call, so that ${acl} inside of it shares its session; only the Acl chapter reads and sets it.</summary>
    public object? Frame { get; set; }

    /// <summary>Variables that some chapter sets by name and nothing else models (value, item, dnslist_domain, acl_verify_message, runrc …), without "$".</summary>
    public Dictionary<string, Value> Variables => field ??= new(StringComparer.Ordinal);

    /// <summary>The certificates of a TLS connection, by the names of their variables: tls_in_peercert, tls_in_ourcert, tls_out_peercert, tls_out_ourcert.</summary>
    public Dictionary<string, X509Certificate2> Certificates => _certificates ??= new(StringComparer.Ordinal);

    /// <summary>What templates may not do now, as a filter sets it for its run.</summary>
    public ForbiddenItems Forbidden { get; set; }

    /// <summary>Null unless somebody asked for an explanation.</summary>
    public TraceRecorder? Trace { get; set; }

    /// <summary>Dry runs (verify, explain, -bt, -bh): nothing outside may change; ${run} and hooks with side effects are skipped and named.</summary>
    public bool DryRun { get; init; }

    /// <summary>A context for another address or delivery of the same message: shares connection and message facts, has its own address, captures and variables.</summary>
    public ExpansionContext ForAddress(AddressFacts address) => new()
    {
        Environment = Environment, Connection = Connection, Message = Message, Address = address, _certificates = _certificates, Trace = Trace, DryRun = DryRun, Forbidden = Forbidden,
    };
}
