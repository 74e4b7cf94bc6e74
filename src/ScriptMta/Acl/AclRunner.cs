using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Lookups;
using ScriptMta.Routing;
using ScriptMta.Spool;

namespace ScriptMta.Acl;

/// <summary>
/// Runs ACLs (Exim chapter 44): finds the list that an option names, evaluates its statements, and gives the verdict with its two texts. Thread-safe:
/// all state is in the session and context of the call. Router is null where nothing can be verified (tests of ACLs alone).
/// </summary>
sealed class AclRunner(AclSet set, AddressRouter? router)
{
    /// <summary>Exim's limit: it only catches lists that call themselves (44.26).</summary>
    public const int MaxDepth = 20;

    public AddressRouter? Router { get; } = router;
    public AclSet Set { get; } = set;
    /// <summary>Where the scanners are.</summary>
    public ContentOptions Content { get; init; } = ContentOptions.Default;
    /// <summary>What ratelimit, seen and callouts have noticed; without an owner of the spool it lives in memory only.</summary>
    public HintStore Hints { get; init; } = new(TimeProvider.System);
    /// <summary>Null where hosts cannot be asked: a verification that needs a callout then defers.</summary>
    public Callouts? Callouts { get; init; }
    /// <summary>How verify = csa searches.</summary>
    public CsaSearch Csa { get; init; } = CsaSearch.Default;
    /// <summary>smtp_return_error_details: the peer is told why.</summary>
    public bool ReturnErrorDetails { get; init; }

    /// <summary>Runs the ACL of a hook. An unset option accepts, except for RCPT, VRFY, EXPN and ETRN, which are refused (44.14).</summary>
    public async ValueTask<AclVerdict> RunAsync(AclWhere where, AclSession session, ExpansionContext context, CancellationToken cancel)
    {
        if (Set.Option(where) is not { } option)
            return where is AclWhere.Rcpt or AclWhere.Vrfy or AclWhere.Expn or AclWhere.Etrn ? AclVerdict.Deny : AclVerdict.Accept;
        var name = option.Expand(context);
        if (name.Kind == ExpandedKind.ForcedFail) return AclVerdict.Accept;
        if (!name.IsOk) return new(AclVerdictKind.Defer, null, $"failed to expand ACL string \"{option.Source}\": {name.Error}", option.At);
        var before = context.Frame;
        session.Rates.Forget(RateScope.Command);
        context.HeadersAdded ??= () => HeaderAdditions.Text(session);
        var run = new AclRun { Runner = this, Where = where == AclWhere.NotSmtpMime ? AclWhere.Mime : where, Session = session, Context = context };
        context.Frame = run;
        try { return Verdict(run, await RunNamedAsync(run, name.Value, cancel).ConfigureAwait(false)); }
        finally { context.Frame = before; }
    }

    /// <summary>${acl{name}{arguments}}: accept gives the message, deny a forced failure with it, drop and discard are errors. Set as RuleEnvironment.RunAcl.</summary>
    public Expanded Expand(string name, IReadOnlyList<Value> arguments, ExpansionContext context)
    {
        var outer = context.Frame as AclRun;
        var run = new AclRun
        {
            Runner = this, Where = outer?.Where ?? AclWhere.Expansion, Session = outer?.Session ?? new AclSession(), Context = context, Depth = (outer?.Depth ?? 0) + 1,
        };
        var outcome = CallAsync(run, Value.Clean(name), arguments, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return outcome.Kind switch
        {
            AclResultKind.Ok => Expanded.Ok(Value.Tainted(outcome.User ?? "")),
            AclResultKind.Fail => Expanded.ForcedFail(outcome.User ?? ""),
            AclResultKind.Discard => Expanded.Failed(From("DISCARD")),
            AclResultKind.Drop => Expanded.Failed(From("FAIL_DROP")),
            AclResultKind.Defer => Expanded.Deferred(From("DEFER")),
            _ => Expanded.Failed(From("ERROR")),
        };

        // Exim's words, and what the ACL has to say of it.
        string From(string result) => $"{result} from acl \"{name}\"{(outcome.Log is { Length: > 0 } log ? $": {log}" : "")}";
    }

    /// <summary>After the RCPT ACL has accepted a recipient under control = cutthrough_delivery.</summary>
    public ValueTask<CutThroughStep> CutThroughAsync(AclSession session, ExpansionContext context, CutThrough cut, CancellationToken cancel) =>
        CutThroughRecipients.AddAsync(new AclRun { Runner = this, Where = AclWhere.Rcpt, Session = session, Context = context }, cut, cancel);

    /// <summary>Calls a list from another one, with $acl_arg1… of its own.</summary>
    public async ValueTask<AclResult> CallAsync(AclRun run, Value name, IReadOnlyList<Value> arguments, CancellationToken cancel)
    {
        if (run.Depth > MaxDepth) return AclResult.Error("ACL nested too deep: possible loop");
        var context = run.Context;
        var (before, frame) = (context.AclArguments, context.Frame);
        (context.AclArguments, context.Frame) = (arguments, run);
        try { return await RunNamedAsync(run, name, cancel).ConfigureAwait(false); }
        finally { (context.AclArguments, context.Frame) = (before, frame); }
    }

    async ValueTask<AclResult> RunNamedAsync(AclRun run, Value name, CancellationToken cancel)
    {
        if (Set.Find(name, out var error) is not { } list) return NotFound(run, name, error);
        run.Context.Trace?.Add("acl", list.At, $"ACL \"{list.Name}\" at {AclWhereNames.Text(run.Where)}", "begins");
        foreach (var statement in list.Statements)
        {
            run.BeginStatement();
            run.Context.Trace?.Add("statement", statement.At, statement.Verb.ToString().LowerAscii(), "");
            var result = await AclStatements.EvaluateAsync(run, statement, cancel).ConfigureAwait(false);
            var end = AclStatements.Decide(run, statement, result);
            run.Context.Trace?.Add("acl", statement.At, statement.Verb.ToString().LowerAscii(), end is null ? $"{Word(result.Kind)}, next statement" : $"{Word(result.Kind)}: ends the ACL");
            if (end is { } final) return Last(run, statement.Verb, final with { User = run.UserText, Log = run.LogText, IsFinal = false });
        }
        run.Context.Trace?.Add("acl", list.At, $"end of ACL \"{list.Name}\"", "implicit deny");
        // What the last statement's conditions said about their failure is the best reason there is.
        return new(AclResultKind.Fail, run.UserText, run.LogText);
    }

    static AclResult NotFound(AclRun run, Value name, string error)
    {
        if (!name.IsTainted) return AclResult.Error(error);
        run.Context.Environment.Log.Panic(run.Context.Message.Id, error);
        return AclResult.Error("internal configuration error");
    }

    /// <summary>When a session ends there is nothing left to refuse.</summary>
    static AclResult Last(AclRun run, AclVerb verb, AclResult result)
    {
        if (run.Where is not (AclWhere.Quit or AclWhere.NotQuit) || run.Depth > 0) return result;
        if ((verb is AclVerb.Deny or AclVerb.Defer or AclVerb.Drop or AclVerb.Require || result.Kind == AclResultKind.Discard) && result.Kind != AclResultKind.Error)
            result = result with { Kind = AclResultKind.Error, Log = $"QUIT or not-QUIT toplevel ACL may not fail ('{verb.ToString().LowerAscii()}' verb used incorrectly)" };
        if (result.Kind == AclResultKind.Error) run.Context.Environment.Log.Panic(run.Context.Message.Id, $"ACL for {AclWhereNames.Text(run.Where)} returned ERROR: {result.Log}");
        return result;
    }

    static string Word(AclResultKind kind) => kind == AclResultKind.Ok ? "true" : kind == AclResultKind.Fail ? "false" : kind.ToString().LowerAscii();

    static AclVerdict Verdict(AclRun run, AclResult result) => result.Kind switch
    {
        AclResultKind.Ok => new(AclVerdictKind.Accept, result.User, result.Log),
        AclResultKind.Discard => new(AclVerdictKind.Discard, result.User, result.Log),
        AclResultKind.Fail => new(AclVerdictKind.Deny, result.User, result.Log) { RejectLogs = run.RejectLogs },
        AclResultKind.Drop => new(AclVerdictKind.Drop, result.User, result.Log) { RejectLogs = run.RejectLogs },
        _ => new(AclVerdictKind.Defer, run.TemporaryDetails || run.Where is AclWhere.Quit or AclWhere.NotQuit ? result.User : null, result.Log) { RejectLogs = run.RejectLogs },
    };
}
