using ScriptMta.Common.Posix;

namespace ScriptMta.Expansion;

/// <summary>Conditions about the world: files, IP addresses, the state of this delivery.</summary>
static class FactConditions
{
    public static readonly ConditionRow[] Rows =
    [
        ConditionRow.Call("exists", 1, Exists),
        ConditionRow.Call("isip", 1, (Evaluation _, Value[] a, out bool yes) => Is(IpText.Version(a[0].Text) != 0, out yes)),
        ConditionRow.Call("isip4", 1, (Evaluation _, Value[] a, out bool yes) => Is(IpText.Version(a[0].Text) == 4, out yes)),
        ConditionRow.Call("isip6", 1, (Evaluation _, Value[] a, out bool yes) => Is(IpText.Version(a[0].Text) == 6, out yes)),
        ConditionRow.Call("crypteq", 2, CryptEqual),
        new("acl", ReadAcl),
        ConditionRow.Fact("first_delivery", context => context.Message.FirstDelivery),
        ConditionRow.Fact("queue_running", context => context.Variables.ContainsKey("queue_running")),
        new("inbound_srs", SenderRewriting.ReadCondition),
        ConditionRow.Call("ldapauth", 1, LdapAuthCondition.Test),
        ConditionRow.Call("pam", 1, PamCondition.Test),
        new("saslauthd", SaslauthdCondition.Read),
        ConditionRow.Absent("radius", "use pam with a RADIUS module (Debian's libpam-radius-auth)"),
        ConditionRow.Absent("pwcheck", "use saslauthd"),
    ];

    static ExpandedKind Exists(Evaluation evaluation, Value[] arguments, out bool yes)
    {
        var path = arguments[0];
        yes = false;
        if (evaluation.Context.Refusal(ForbiddenItems.ExistenceTests) is { } refusal) return evaluation.Fail(refusal);
        yes = path.Text.Length != 0 && Files.Status(path.Text, out _) is not null;
        return ExpandedKind.Ok;
    }

    static CallCondition? ReadAcl(TemplateReader reader, string name)
    {
        reader.SkipSpace();
        if (!reader.Take('{'))
        {
            reader.FailBraces("missing { after \"acl\"");
            return null;
        }
        reader.SkipSpace();
        if (reader.Next != '{')
        {
            reader.FailBraces("too few arguments or bracketing error for acl");
            return null;
        }
        var arguments = ArgumentGrammar.ReadAll(reader, "acl", 1, RuleItems.MostArguments);
        return arguments is null ? null : new CallCondition(RuleItems.AclCondition, arguments);
    }

    static ExpandedKind CryptEqual(Evaluation evaluation, Value[] arguments, out bool yes)
    {
        var matches = PasswordText.Matches(arguments[0].Text, arguments[1].Text, out var error);
        yes = matches;
        return error is null ? ExpandedKind.Ok : evaluation.Fail(error);
    }

    static ExpandedKind Is(bool fact, out bool yes)
    {
        yes = fact;
        return ExpandedKind.Ok;
    }
}
