using ScriptMta.Common;

namespace ScriptMta.Language;

/// <summary>
/// The macros that say which options and drivers there are (Exim chapter 6.9), so that `.ifdef _OPT_MAIN_x` in a configuration for Exim is true here when,
/// and only when, x is built. What later chapters can do is added by Hosting.
/// </summary>
static class BuiltInMacros
{
    /// <summary>The value that Exim gives to all of these.</summary>
    public const string Value = "y";

    /// <summary>Whether a built-in name can stand at the beginning of a text: the names themselves are hundreds, and most files need none.</summary>
    public static bool MayBegin(ReadOnlySpan<char> text) =>
        text.Length > 5 && text[0] == '_' && (text.StartsWith("_OPT_") || text.StartsWith("_HAVE_") || text.StartsWith("_DRIVER_") || text.StartsWith("_LOG_") || text.StartsWith("_EXP_") || text.StartsWith("_ACL_"));

    public static IEnumerable<string> Names() =>
    [
        .. OptionsOf("MAIN", MainOptionTable.Table.Rows),
        .. NamesOf(RouterOptionTables.Tables),
        .. NamesOf(TransportOptionTables.Tables),
        .. NamesOf(AuthenticatorOptionTables.Tables),
    ];

    static IEnumerable<string> NamesOf(DriverTables tables)
    {
        var kind = AsciiCase.Upper(tables.Kind);
        var built = tables.Drivers.Where(d => d.Status == OptionStatus.Built);
        return
        [
            .. OptionsOf(kind + "S", tables.Generic.Rows),
            .. built.Select(d => $"_DRIVER_{kind}_{AsciiCase.Upper(d.Name)}"),
            .. built.SelectMany(d => OptionsOf($"{kind}_{AsciiCase.Upper(d.Name)}", d.Options)),
        ];
    }

    static IEnumerable<string> OptionsOf(string owner, IEnumerable<OptionRow> rows) =>
        rows.Where(r => r.Status == OptionStatus.Built).Select(r => $"_OPT_{owner}_{AsciiCase.Upper(r.Name)}");
}
