using System.Collections.Immutable;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Routing;

/// <summary>Reads redirect's private options.</summary>
sealed class RedirectBinding(OptionReader reader, RouterOptions generic, RoutingDependencies dependencies)
{
    /// <summary>The forbid_filter_… options that are about expansion items, in the table's order.</summary>
    static readonly string[] FilterItems = [.. RouterOptionTables.Tables.Find("redirect")!.Rows.Select(r => r.Name).Where(n => n.StartsWith("forbid_filter_", StringComparison.Ordinal) && n is not "forbid_filter_reply")];

    readonly RouterBinding _binding = new(reader);

    public RedirectOptions Bind() => Special(Permissions(new RedirectOptions
    {
        Data = _binding.Template("data"),
        File = _binding.Template("file"),
        FileRules = FileRules(),
        FileTransport = _binding.Template("file_transport"),
        DirectoryTransport = _binding.Template("directory_transport"),
        PipeTransport = _binding.Template("pipe_transport"),
        ReplyTransport = _binding.Template("reply_transport"),
    }));

    RedirectOptions Permissions(RedirectOptions options) => options with
    {
        AllowFail = On("allow_fail"),
        AllowDefer = On("allow_defer"),
        AllowFilter = On("allow_filter"),
        AllowFreeze = On("allow_freeze"),
        ForbidBlackhole = On("forbid_blackhole"),
        ForbidEximFilter = On("forbid_exim_filter"),
        ForbidSieveFilter = On("forbid_sieve_filter"),
        ForbidFile = On("forbid_file"),
        ForbidPipe = On("forbid_pipe"),
        ForbidReply = On("forbid_filter_reply"),
        ForbidInclude = On("forbid_include"),
        ForbidSmtpCode = On("forbid_smtp_code"),
        ForbiddenInFilters = [.. FilterItems.Where(On)],
        FilterPrependHome = reader.Bool("filter_prepend_home", true),
    };

    RedirectOptions Special(RedirectOptions options)
    {
        var bound = options with
        {
            IncludeDirectory = reader.Text("include_directory")?.Text,
            CheckAncestor = On("check_ancestor"),
            HideChild = On("hide_child_in_errmsg"),
            QualifyDomain = _binding.Template("qualify_domain"),
            QualifyPreserveDomain = On("qualify_preserve_domain"),
            Rewrite = reader.Bool("rewrite", true),
            SkipSyntaxErrors = On("skip_syntax_errors"),
        };
        Check(bound);
        return bound;
    }

    void Check(RedirectOptions options)
    {
        if (options is { Data: null, File: null }) Error("data", "one of \"file\" or \"data\" must be specified");
        if (options is { Data: not null, File: not null }) Error("file", "only one of \"file\" or \"data\" must be specified");
        if (options is { QualifyDomain: not null, QualifyPreserveDomain: true })
            Error("qualify_domain", "only one of \"qualify_domain\" or \"qualify_preserve_domain\" must be set");
        if (options.AllowFilter && !generic.CheckLocalUser && generic.User is null)
            Error("allow_filter", "\"user\" or \"check_local_user\" must be set with \"allow_filter\"");
        if (generic.Transport is not null) Error("transport", "a transport must not be defined for this router");
    }

    RedirectFileRules FileRules()
    {
        ImmutableArray<uint> owners = [.. Names("owners", name => Identity.User(name, dependencies)?.Uid, "user")];
        ImmutableArray<uint> groups = [.. Names("owngroups", name => Identity.Group(name, dependencies), "group")];
        var mask = (uint)reader.Octal("modemask", (int)new RedirectFileRules().ModeMask);
        const uint groupWrite = 0b010_000;
        return new()
        {
            Owners = owners,
            Groups = groups,
            ModeMask = mask,
            CheckOwner = reader.Bool("check_owner", generic.CheckLocalUser || reader.Has("owners")),
            CheckGroup = reader.Bool("check_group", (generic.CheckLocalUser && (mask & groupWrite) == 0) || reader.Has("owngroups")),
            IgnoreAccessDenied = On("ignore_eacces"),
            IgnoreNotDirectory = On("ignore_enotdir"),
        };
    }

    IEnumerable<uint> Names(string option, Func<string, uint?> find, string what)
    {
        if (reader.Text(option) is not { } text) yield break;
        foreach (var name in ListItems.Split(text.Text))
            if (find(name) is { } id) yield return id;
            else Error(option, $"{what} {name} was not found");
    }

    bool On(string option) => reader.Bool(option, false);

    void Error(string option, string message) => reader.Error(option, message);
}
