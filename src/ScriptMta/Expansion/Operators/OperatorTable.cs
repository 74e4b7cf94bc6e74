using System.Collections.Frozen;

namespace ScriptMta.Expansion;

/// <summary>How an operator's name may go on after "_".</summary>
enum OperatorSuffix
{
    /// <summary>Anything; most operators ignore it, as Exim does.</summary>
    Any,
    /// <summary>One number: length_3.</summary>
    Number,
    /// <summary>One or two numbers: hash_4_62.</summary>
    Numbers,
    /// <summary>The same, of which the first may be negative: substr_-1_2.</summary>
    SignedNumbers,
}

sealed record OperatorRow(OperatorFunction Function, OperatorSuffix Suffix = OperatorSuffix.Any);

/// <summary>The operators of Exim 11.6 by name; one row each, in a file per group.</summary>
static class OperatorTable
{
    static readonly FrozenDictionary<string, OperatorRow> Rows = new Dictionary<string, OperatorRow>(
        [.. TextOperators.Rows, .. CutOperators.Rows, .. QuoteOperators.Rows, .. DigestOperators.Rows, .. AddressOperators.Rows,
         .. NumberOperators.Rows, .. BaseOperators.Rows, .. IpOperators.Rows, .. ListOperators.Rows, .. CharsetOperators.Rows, .. LabelOperators.Rows, .. SystemOperators.Rows
        ], StringComparer.Ordinal).ToFrozenDictionary(StringComparer.Ordinal);

    static readonly FrozenDictionary<string, OperatorRow>.AlternateLookup<ReadOnlySpan<char>> ByName = Rows.GetAlternateLookup<ReadOnlySpan<char>>();

    public static IEnumerable<string> Names => Rows.Keys;

    /// <summary>A name with an underscore of its own goes before one that "_" separates from its argument.</summary>
    public static OperatorFunction? Find(ReadOnlySpan<char> name, out string? argument, out string error)
    {
        argument = null;
        error = "";
        if (ByName.TryGetValue(name, out var row) && row.Suffix == OperatorSuffix.Any) return row.Function;
        row ??= BeforeUnderscore(name, out argument);
        if (row is null)
        {
            error = $"unknown expansion operator \"{name}\"";
            return null;
        }
        if (row.Suffix == OperatorSuffix.Any) return row.Function;
        error = argument is null ? $"missing values after {name}" : $"non-digit after underscore in \"{name}\"";
        return argument is not null && AreNumbers(argument, row.Suffix) ? row.Function : null;
    }

    static OperatorRow? BeforeUnderscore(ReadOnlySpan<char> name, out string? argument)
    {
        argument = null;
        var cut = name.IndexOf('_');
        if (cut < 0 || !ByName.TryGetValue(name[..cut], out var row)) return null;
        argument = name[(cut + 1)..].ToString();
        return row;
    }

    /// <summary>An optional sign, digits, and perhaps "_" and more digits; nothing at all is 0.</summary>
    static bool AreNumbers(string argument, OperatorSuffix suffix)
    {
        if (argument.Length == 0) return true;
        var first = argument.AsSpan(argument[0] == '-' && suffix == OperatorSuffix.SignedNumbers ? 1 : 0);
        var cut = first.IndexOf('_');
        var second = cut < 0 ? "0" : first[(cut + 1)..];
        if (cut >= 0) first = first[..cut];
        if (cut == 0 || (cut >= 0 && suffix == OperatorSuffix.Number)) return false;
        return first.IndexOfAnyExceptInRange('0', '9') < 0 && second.Length != 0 && second.IndexOfAnyExceptInRange('0', '9') < 0;
    }
}
