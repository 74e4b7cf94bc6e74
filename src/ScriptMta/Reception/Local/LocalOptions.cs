using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Routing;

namespace ScriptMta.Reception;

/// <summary>What the main section says of local callers and their messages (Exim chapter 14, "Local user handling", and 48.8).</summary>
sealed record LocalOptions
{
    /// <summary>Names and numbers.</summary>
    public IReadOnlyList<string> TrustedUsers { get; init; } = [];
    public IReadOnlyList<string> TrustedGroups { get; init; } = [];
    public bool FromCheck { get; init; } = true;
    public bool SenderRetain { get; init; }
    /// <summary>Taken off the local part of From: before it is compared with the caller.</summary>
    public AffixList FromPrefix { get; init; } = AffixList.None;
    public AffixList FromSuffix { get; init; } = AffixList.None;
    /// <summary>Null: the name is what stands before the first comma of the gecos field.</summary>
    public Pattern? GecosPattern { get; init; }
    /// <summary>With $1 to $9 from the pattern.</summary>
    public Template? GecosName { get; init; }
    /// <summary>The login of a caller whose number is not in the user database; null: the number.</summary>
    public Template? UnknownLogin { get; init; }
    public string UnknownUsername { get; init; } = "";
    /// <summary>How long all of a message may take to come on standard input; zero = for ever.</summary>
    public TimeSpan ReceiveTimeout { get; init; }

    public static LocalOptions From(OptionReader main) => new()
    {
        TrustedUsers = Names(main, "trusted_users"), TrustedGroups = Names(main, "trusted_groups"),
        FromCheck = main.Bool("local_from_check", true), SenderRetain = main.Bool("local_sender_retain", false),
        FromPrefix = Affixes(main, "local_from_prefix"), FromSuffix = Affixes(main, "local_from_suffix"),
        GecosPattern = PatternOf(main), GecosName = main.Template("gecos_name"),
        UnknownLogin = main.Template("unknown_login"), UnknownUsername = main.Text("unknown_username")?.Text ?? "",
        ReceiveTimeout = main.Time("receive_timeout", TimeSpan.Zero),
    };

    /// <summary>Root, our own user, trusted_users and the members of trusted_groups may say who the sender is (Exim 5.2).</summary>
    public bool Trusts(string login, uint uid, uint gid) =>
        uid == 0 || uid == Users.geteuid() || TrustedUsers.Any(name => name == login || name == $"{uid}") || (TrustedGroups.Count > 0 && Users.GroupsOf(login, gid).Any(IsTrusted));

    bool IsTrusted(uint group) => TrustedGroups.Any(name => name == $"{group}" || Users.GroupId(name) == group);

    static IReadOnlyList<string> Names(OptionReader main, string option) => [.. new ListText(main.Text(option)?.Text ?? "").ToList()];

    static AffixList Affixes(OptionReader main, string option) => main.Text(option) is { } text ? new([.. Routing.ListItems.Split(text.Text)], Optional: true) : AffixList.None;

    static Pattern? PatternOf(OptionReader main)
    {
        if (main.Text("gecos_pattern") is not { } text) return null;
        if (Pattern.Compile(text.Text, caseless: false, out var error) is { } pattern) return pattern;
        main.Error("gecos_pattern", error);
        return null;
    }
}
