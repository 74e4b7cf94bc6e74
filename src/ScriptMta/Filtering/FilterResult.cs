using System.Collections.Immutable;

namespace ScriptMta.Filtering;

/// <summary>What running a filter ended in.</summary>
abstract record FilterResult
{
    FilterResult() { }

    /// <summary>
    /// IsSignificant: the filter took care of the address; without it, routing goes on as if there were no filter, beside the actions. Numbers are
    /// $n0 to $n9 at the end: a system filter's become $sn0 to $sn9.
    /// </summary>
    public sealed record Done(ImmutableArray<FilterAction> Actions, bool IsSignificant, ImmutableArray<int> Numbers) : FilterResult;

    /// <summary>The filter is wrong: nothing of it is done. Error is Exim's text; At the command's place.</summary>
    public sealed record Failed(string Error, Common.SourceLocation At) : FilterResult;

    /// <summary>Something that the filter asked could not be answered now.</summary>
    public sealed record Deferred(string Reason, Common.SourceLocation At) : FilterResult;
}
