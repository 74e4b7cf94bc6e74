using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Filtering;

/// <summary>filter.txt 3.26: $thisaddress is each good address in turn; it stays at the one that made the condition true until the "if" ends.</summary>
sealed record ForAnyAddressCondition(Template List, FilterCondition Inner) : FilterCondition
{
    public override bool IsTrue(FilterRun run)
    {
        if (!run.TryExpand(List, Where, out var list)) return false;
        var before = run.ThisAddress;
        foreach (var item in AddressParser.ParseList(list.Text, run.Rules.Addresses))
        {
            if (item.Error is not null) continue;
            run.ThisAddress = new Value(item.Address.ToString(), list.Taint);
            if (Inner.IsTrue(run)) return true;
            if (run.HasTrouble) return false;
        }
        run.ThisAddress = before;
        return false;
    }
}
