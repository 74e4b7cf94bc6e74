using ScriptMta.Common;

namespace ScriptMta.Language;

/// <summary>
/// Reads the settings of one block by name and type against its table, and reports every misuse: unknown names (with the nearest known one),
/// names set twice, `no_` on a non-boolean, values of the wrong form, options known but not built. Getters return the default where a value
/// is absent or wrong. Messages read `router "users": unknown option "chek_local_user" (did you mean "check_local_user"?)`.
/// </summary>
sealed class OptionReader
{
    readonly SettingBlock _block;

    public OptionReader(SettingBlock block, OptionTable table, ProblemList problems)
    {
        _block = block;
        Table = table;
        Problems = problems;
    }

    public OptionTable Table { get; }
    public ProblemList Problems { get; }

    /// <summary>Where the block starts.</summary>
    public SourceLocation At => _block.At;

    /// <summary>`router "users"`, `transport "smtp"`, or "main section": the beginning of every message about the block.</summary>
    public string Owner => throw new NotImplementedException();

    public bool Has(string name) => throw new NotImplementedException();
    /// <summary>Where the option was set; the block's place when it was not.</summary>
    public SourceLocation PlaceOf(string name) => throw new NotImplementedException();

    /// <summary>Any string or list option, unexpanded; null when unset.</summary>
    public OptionText? Text(string name) => throw new NotImplementedException();
    public bool Bool(string name, bool otherwise) => throw new NotImplementedException();
    /// <summary>With K, M and G suffixes, octal 0 and hex 0x.</summary>
    public long Int(string name, long otherwise) => throw new NotImplementedException();
    public int Octal(string name, int otherwise) => throw new NotImplementedException();
    /// <summary>Three decimals kept, in thousandths.</summary>
    public int FixedPoint(string name, int otherwise) => throw new NotImplementedException();
    public TimeSpan Time(string name, TimeSpan otherwise) => throw new NotImplementedException();
}
