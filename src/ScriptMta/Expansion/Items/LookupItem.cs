using System.Collections.Frozen;

namespace ScriptMta.Expansion;

/// <summary>
/// ${lookup{key} type{file}{yes}{no}} and ${lookup type{query}{yes}{no}}. $value is what was found; $1 and $2 the wild and the fixed part of a partial match. A lookup
/// that cannot answer defers the expansion.
/// </summary>
sealed class LookupItem(Node? key, string type, Node source, Branch branch) : Node
{
    /// <summary>The type as parsed for the lookups of one configuration.</summary>
    sealed record Prepared(FrozenDictionary<string, ILookup> Types, LookupSearch Search);

    Prepared? _prepared;

    public static Node? Read(TemplateReader reader, ItemRow row)
    {
        Node? key = null;
        reader.SkipSpace();
        if (reader.Take('{'))
        {
            key = reader.ReadBraced();
            if (key is null) return null;
            reader.At++;
            reader.SkipSpace();
        }
        var start = reader.At;
        if (reader.AtEnd || !char.IsAsciiLetter(reader.Next)) return reader.Fail("missing lookup type");
        while (!reader.AtEnd && reader.Next is not ('{' or '}' or ' ' or '\t' or '\n')) reader.At++;
        var type = reader.Text[start..reader.At];
        reader.LookupTypes.Add(type);
        reader.SkipSpace();
        if (!reader.Take('{')) return reader.FailBraces("missing '{' for lookup file-or-query arg");
        if (reader.ReadBraced() is not { } source) return null;
        reader.At++;
        return ArgumentGrammar.ReadBranch(reader, row.Name) is { } branch ? new LookupItem(key, type, source, branch) : null;
    }

    public override ExpandedKind Append(Evaluation evaluation)
    {
        var context = evaluation.Context;
        if (context.Refusal(ForbiddenItems.Lookups) is { } refusal) return evaluation.Fail(refusal);
        var keyValue = Value.Empty;
        if (key is not null && evaluation.Evaluate(key, out keyValue) is not ExpandedKind.Ok and var badKey) return badKey;
        if (Search(context.Environment.Lookups, out var error) is not { } search) return evaluation.Fail(error);
        if (key is null && !search.IsQuery) return evaluation.Fail($"missing {{key}} for single-key \"{type}\" lookup");
        if (key is not null && search.IsQuery) return evaluation.Fail($"a single key was given for lookup type \"{type}\", which is not a single-key lookup type");
        var kind = evaluation.Evaluate(source, out var sourceValue);
        if (kind != ExpandedKind.Ok) return kind;
        return Outcome(evaluation, search.Find(keyValue, sourceValue, context), search.IsQuery ? sourceValue with { Text = sourceValue.Text.TrimStart(' ', '\t', '\n', '\v', '\f', '\r') } : keyValue);
    }

    LookupSearch? Search(FrozenDictionary<string, ILookup> types, out string error)
    {
        error = "";
        if (_prepared is { } known && known.Types == types) return known.Search;
        if (LookupSearch.Parse(type, types, out error) is not { } search) return null;
        _prepared = new(types, search);
        return search;
    }

    ExpandedKind Outcome(Evaluation evaluation, SearchOutcome outcome, Value asked)
    {
        switch (outcome.Result)
        {
            case LookupResult.Failed failed: return evaluation.Fail(failed.Reason);
            case LookupResult.Deferred deferred: return evaluation.Defer($"lookup of \"{TextOperators.Shown(asked.Text)}\" gave DEFER: {deferred.Reason}");
            case LookupResult.NotFound: return branch.Append(evaluation, null);
        }
        var context = evaluation.Context;
        var outer = context.Captures;
        if (outcome.Wild is not null)
        {
            context.Captures = [outer.ElementAtOrDefault(0), new Value(outcome.Wild, asked.Taint), outcome.Rest is { } rest ? new Value(rest, asked.Taint) : null];
        }
        var kind = branch.Append(evaluation, ((LookupResult.Found)outcome.Result).Data);
        context.Captures = outer;
        return kind;
    }
}
