using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>What an address came to. Item: what takes the place of a whole header item, where a rule with the flag "w" made one. Changed: some rule was applied, perhaps with the same result.</summary>
readonly record struct Rewritten(MailAddress Address, string? Item, bool Changed);

/// <summary>Takes addresses through the rules (Exim 31.4 to 31.10). What a rule does wrong goes to the panic log and ends the rewriting of that address, which keeps what it came to before.</summary>
readonly struct AddressRewriter(RewriteRules rules, ExpansionContext context)
{
    /// <summary>Exim 31.10: the flag "R" applies a rule ten times more.</summary>
    const int MostRepeats = 10;

    /// <summary>What a rule may yield: the syntax options of the main section are for what peers send.</summary>
    static readonly AddressRules Lenient = new() { AllowDomainLiterals = true, AllowUtf8Domains = true };

    public bool Concerns(RewriteKinds kind) => (rules.Kinds & kind) != 0;

    /// <summary>An envelope address; the null address and one without a domain stay as they are.</summary>
    public MailAddress Envelope(MailAddress address, RewriteKinds kind) =>
        !Concerns(kind) || !address.IsQualified ? address : Rewrite(address.ToString(), kind, RewriteNames.Of(kind)) is { Changed: true } result ? result.Address : address;

    /// <summary>One address, or for SMTP-time rules any text.</summary>
    /// <param name="place">Where it stands, for the log: "from:", "env-to", "smtp recipient".</param>
    public Rewritten Rewrite(string text, RewriteKinds kind, string place)
    {
        var (captures, facts) = (context.Captures, context.Address);
        var state = new State(text, kind, place);
        if (kind != RewriteKinds.Smtp) context.Address = facts.Copy();
        context.Captures = [];
        for (var i = 0; i < rules.Rules.Count && !state.IsOver; i++)
            if ((rules.Rules[i].Flags.Kinds & kind) != 0) ApplyRepeatedly(rules.Rules[i], i + 1, state);
        (context.Captures, context.Address) = (captures, facts);
        return new(state.Address, state.Frame is { } frame ? frame.Before + state.Address + frame.After : null, state.Changed);
    }

    /// <summary>The address on its way through the rules.</summary>
    sealed class State(string text, RewriteKinds kind, string place)
    {
        public string Text { get; set; } = text;
        public RewriteKinds Kind { get; } = kind;
        public string Place { get; } = place;
        public MailAddress Address { get; set; }
        /// <summary>What stands round the address in a header item that a rule with "w" made.</summary>
        public (string Before, string After)? Frame { get; set; }
        public bool Changed { get; set; }
        public bool IsOver { get; set; }
    }

    void ApplyRepeatedly(RewriteRule rule, int number, State state)
    {
        var times = 0;
        while (Matches(rule, state))
        {
            if (rule.Stops && state.Kind != RewriteKinds.Smtp) state.IsOver = true;
            else if (times > MostRepeats) Panic("rewrite rule repeat ignored after 10 times");
            else if (Apply(rule, number, state) && ++times > 0 && rule.Flags.Repeat) continue;
            break;
        }
        state.IsOver |= times > 0 && rule.Flags.Quit;
    }

    bool Matches(RewriteRule rule, State state)
    {
        if (state.Kind == RewriteKinds.Smtp) return MatchesText(rule, state.Text);
        var result = rule.Pattern.MatchToRewrite(state.Text, context).Match;
        if (result.IsDefer) Panic(result.Reason ?? "");
        return result.IsYes;
    }

    /// <summary>The pattern of an SMTP-time rule is a regular expression, with its case.</summary>
    bool MatchesText(RewriteRule rule, string text)
    {
        var pattern = rule.Subject.Expand(context);
        if (!pattern.IsOk)
        {
            if (pattern.Kind != ExpandedKind.ForcedFail) Panic($"failed to expand \"{rule.Subject.Source}\" while checking for SMTP rewriting: {pattern.Error}");
            return false;
        }
        if (Pattern.Compile(pattern.Text, caseless: false, out var error) is not { } regex)
        {
            Panic(error);
            return false;
        }
        var match = regex.Match(text);
        if (match.IsDefer) Panic(match.Reason ?? "");
        if (!match.IsYes) return false;
        context.Captures = Captures.From(match, Taint.Tainted);
        return true;
    }

    /// <summary>False: there is nothing to repeat.</summary>
    bool Apply(RewriteRule rule, int number, State state)
    {
        if (state.Kind != RewriteKinds.Smtp) SetFacts(state.Text);
        var expanded = rule.Replacement.Expand(context);
        if (expanded.Kind == ExpandedKind.ForcedFail)
        {
            state.IsOver = rule.Flags.Quit;
            return false;
        }
        if (!expanded.IsOk) return Stop(state, $"Expansion of {rule.Replacement.Source} failed while rewriting: {expanded.Error}");
        var syntax = Lenient with { AllowNull = state.Kind == RewriteKinds.EnvelopeFrom };
        if (!AddressParser.TryParseOne(expanded.Text, syntax, out var parsed, out var error))
            return Stop(state, $"Rewrite of {state.Text} yielded unparseable address: {error} in address {expanded.Text}");
        var address = parsed.Address;
        if (!address.IsQualified && !address.IsNull)
        {
            if (!rule.Flags.Qualify) return Stop(state, $"Rewrite of {state.Text} yielded unqualified address \"{expanded.Text}\"");
            address = address with { Domain = context.Environment.QualifyRecipient };
        }
        var (before, after) = (expanded.Text[..parsed.Start], expanded.Text[parsed.End..]);
        Log(state, number, before + address + after);
        (state.Address, state.Text, state.Changed) = (address, address.ToString(), true);
        if (rule.Flags.Whole && (state.Kind & RewriteKinds.Headers) != 0) state.Frame = ItemFrame.Of(before, after, context);
        return true;
    }

    void Log(State state, int number, string result)
    {
        if (context.Environment.Log.Options.Has("address_rewrite"))
            context.Environment.Log.Main(context.Message.Id, $"\"{state.Text}\" from {state.Place} rewritten as \"{result}\" by rule {number}");
    }

    /// <summary>$local_part and $domain with their case.</summary>
    void SetFacts(string text)
    {
        var address = MailAddress.Split(text);
        (context.Address.LocalPart, context.Address.Domain) = (address.LocalPart, address.Domain);
    }

    bool Stop(State state, string why)
    {
        Panic(why);
        state.IsOver = true;
        return false;
    }

    void Panic(string text) => context.Environment.Log.Panic(context.Message.Id, text);
}
