using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Filtering;

/// <summary>The state of one run: what has been asked for so far, and what went wrong. One owner.</summary>
sealed class FilterRun(ExpansionContext context, FilterRules rules, List<string>? listing)
{
    public const int NumberCount = 10;
    const string ThisAddressName = "thisaddress";

    readonly ImmutableArray<FilterAction>.Builder _actions = ImmutableArray.CreateBuilder<FilterAction>();
    readonly int[] _numbers = new int[NumberCount];
    FilterResult? _trouble;

    public ExpansionContext Context { get; } = context;
    public FilterRules Rules { get; } = rules;
    /// <summary>The command being obeyed.</summary>
    public SourceLocation At { get; set; }
    public bool HasSignificant { get; private set; }
    public bool HasTrouble => _trouble is not null;
    /// <summary>Set by logfile.</summary>
    public (Value Path, int Mode)? LogFile { get; set; }
    public bool IsListing => listing is not null;

    public Value ThisAddress
    {
        get => Context.Variables.GetValueOrDefault(ThisAddressName, Value.Empty);
        set => Context.Variables[ThisAddressName] = value;
    }

    readonly HeaderSection? _headersBefore = context.Message.Headers;
    readonly string? _charsetBefore = context.Message.HeadersCharset;

    public void Begin()
    {
        for (var i = 0; i < NumberCount; i++) SetNumber(i, 0);
        ThisAddress = Value.Empty;
    }

    public FilterResult End()
    {
        for (var i = 0; i < NumberCount; i++) Context.Variables.Remove("n" + i);
        Context.Variables.Remove(ThisAddressName);
        Context.Message.HeadersCharset = _charsetBefore;
        if (HasTrouble) Context.Message.Headers = _headersBefore; // of a filter that fails nothing is done
        return _trouble ?? new FilterResult.Done(_actions.ToImmutable(), HasSignificant, [.. _numbers]);
    }

    public void SetNumber(int index, int value)
    {
        _numbers[index] = value;
        Context.Variables["n" + index] = Value.Clean(value.ToString());
    }

    public int Number(int index) => _numbers[index];

    public void Add(FilterAction action)
    {
        _actions.Add(action);
        if (action.IsSignificant) HasSignificant = true;
    }

    public void MarkSignificant() => HasSignificant = true;

    /// <summary>A line of what "-bf" prints; control characters are shown as escapes. The trace gets it too.</summary>
    public void List(string line)
    {
        if (listing is null && Context.Trace is null) return;
        line = Printable(line);
        listing?.Add(line);
        Context.Trace?.Add("filter", At, line, "");
    }

    static string Printable(string line) =>
        line.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 ? line : string.Concat(line.Select(c => c switch
        {
            '\n' => "\\n", '\r' => "\\r", '\b' => "\\b", '\v' => "\\v", '\f' => "\\f", '\t' => "\t",
            < ' ' => "\\" + Convert.ToString(c, 8).PadLeft(3, '0'),
            _ => c.ToString(),
        }));

    /// <summary>Always false, so that a command can end with it.</summary>
    public bool Fail(string error)
    {
        _trouble ??= new FilterResult.Failed(error, At);
        return false;
    }

    bool Defer(string reason)
    {
        _trouble ??= new FilterResult.Deferred(reason, At);
        return false;
    }

    /// <summary>The template's value; false when the run is over. Where is Exim's "in … command" or "in filter file".</summary>
    public bool TryExpand(Template template, string where, out Value value)
    {
        var expanded = template.Expand(Context);
        value = expanded.Value;
        return expanded.Kind switch
        {
            ExpandedKind.Ok => true,
            ExpandedKind.Deferred => Defer($"failed to expand \"{template.Source}\" in {where}: {expanded.Error}"),
            _ => Fail($"failed to expand \"{template.Source}\" in {where}: {expanded.Error}"),
        };
    }

    public bool DeferFor(string reason) => Defer(reason);

    /// <summary>An address of the filter, qualified.</summary>
    public bool TryAddress(string text, out MailAddress address)
    {
        if (!AddressParser.TryParsePath(text, Rules.Addresses, out address, out var error))
            return Fail($"malformed address \"{text.Replace("\n", "\\n")}\" in filter file: {error}");
        if (!address.IsQualified) address = address with { Domain = Rules.QualifyDomain ?? Context.Environment.QualifyRecipient };
        return true;
    }
}
