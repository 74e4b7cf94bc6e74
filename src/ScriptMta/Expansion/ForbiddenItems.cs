namespace ScriptMta.Expansion;

/// <summary>What the templates of a user's filter may not do (Exim 22.10, forbid_filter_…); and programs and Perl, when they would run as root.</summary>
[Flags]
enum ForbiddenItems
{
    None = 0,
    /// <summary>exists and ${stat:.</summary>
    ExistenceTests = 1,
    Lookups = 2,
    Perl = 4,
    FileReading = 8,
    SocketReading = 16,
    Programs = 32,
    /// <summary>Programs and Perl are forbidden because we are root, not by an option.</summary>
    BecauseRoot = 64,
}

static class ForbiddenItemTexts
{
    /// <summary>Exim's text when the item may not be used here; null when it may.</summary>
    public static string? Refusal(this ExpansionContext context, ForbiddenItems item) => (context.Forbidden & item) == 0 ? null : Text(item) + Reason(context.Forbidden, item);

    static string Text(ForbiddenItems item) => item switch
    {
        ForbiddenItems.ExistenceTests => "File existence tests are not permitted",
        ForbiddenItems.Lookups => "lookup expansions are not permitted",
        ForbiddenItems.Perl => "Perl calls are not permitted",
        ForbiddenItems.FileReading => "file insertions are not permitted",
        ForbiddenItems.SocketReading => "socket insertions are not permitted",
        _ => "running a command is not permitted",
    };

    static string Reason(ForbiddenItems forbidden, ForbiddenItems item) =>
        (forbidden & ForbiddenItems.BecauseRoot) != 0 && item is ForbiddenItems.Perl or ForbiddenItems.Programs ? " in a filter while ScriptMta is root: it would run as root" : "";
}
