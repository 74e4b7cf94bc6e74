using ScriptMta.Common.Posix;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Admin;

/// <summary>What a caller must be for a command.</summary>
enum AdminNeed
{
    /// <summary>Anybody: submitting mail.</summary>
    Nothing,
    /// <summary>An administrator, unless queue_list_requires_admin is false.</summary>
    Listing,
    /// <summary>An administrator, unless prod_requires_admin is false.</summary>
    Prodding,
    Administrator,
}

/// <summary>Who may do what (Exim 14.23 admin_groups, prod_requires_admin, queue_list_requires_admin. The caller is the kernel's word.</summary>
sealed record AdminRights
{
    public static readonly AdminRights Default = new();

    public IReadOnlyList<string> Groups { get; init; } = [];
    public bool ProdRequiresAdmin { get; init; } = true;
    public bool ListRequiresAdmin { get; init; } = true;

    public static AdminRights From(OptionReader main) => new()
    {
        Groups = [.. new ListText(main.Text("admin_groups")?.Text ?? "").ToList()],
        ProdRequiresAdmin = main.Bool("prod_requires_admin", true),
        ListRequiresAdmin = main.Bool("queue_list_requires_admin", true),
    };

    public bool May(Caller caller, AdminNeed need) => need switch
    {
        AdminNeed.Nothing => true,
        AdminNeed.Listing when !ListRequiresAdmin => true,
        AdminNeed.Prodding when !ProdRequiresAdmin => true,
        _ => IsAdministrator(caller),
    };

    /// <summary>Root, the user that the owner of the spool runs as, and the members of admin_groups.</summary>
    public bool IsAdministrator(Caller caller) => caller.IsAdministrator || (Groups.Count > 0 && GroupsOf(caller).Any(IsNamed));

    static IReadOnlyList<uint> GroupsOf(Caller caller) => Users.ByUid(caller.Uid) is { } user ? Users.GroupsOf(user.Name, caller.Gid) : [caller.Gid];

    bool IsNamed(uint group) => Groups.Any(name => name == $"{group}" || Users.GroupId(name) == group);
}
