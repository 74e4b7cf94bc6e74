using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Filtering;

/// <summary>filter.txt 3.11. A user may only send errors to himself.</summary>
sealed record DeliverCommand(SourceLocation At, CommandPrefix Prefix, Template Address, Template? ErrorsTo) : FilterCommand(At)
{
    const string Where = "deliver command";

    public override bool Run(FilterRun run)
    {
        if (!run.TryExpand(Address, Where, out var text) || !run.TryAddress(text.Text, out var address)) return false;
        MailAddress? errorsTo = null;
        if (ErrorsTo is not null)
        {
            if (!run.TryExpand(ErrorsTo, Where, out var errors) || !run.TryAddress(errors.Text, out var parsed)) return false;
            if (!run.Rules.IsSystem && !IsCaller(run.Context.Address, parsed)) return run.Fail("errors_to must point to the caller's address");
            errorsTo = parsed;
        }
        run.List(Prefix.Seen == false ? $"Unseen deliver message to: {address}{Rest(errorsTo)}" : $"Deliver message to: {address}{Rest(errorsTo)}");
        run.Add(new FilterAction.Deliver(address, errorsTo) { IsSignificant = Prefix.IsSignificantDelivery, NoError = Prefix.NoError });
        return true;
    }

    string Rest(MailAddress? errorsTo) => (errorsTo is { } to ? $" errors_to {to}" : "") + (Prefix.NoError ? " (noerror)" : "");

    static bool IsCaller(AddressFacts facts, MailAddress address) =>
        address.Domain.Equals(facts.Domain, StringComparison.OrdinalIgnoreCase)
        && (address.LocalPart.Equals(facts.LocalPart, StringComparison.OrdinalIgnoreCase)
            || address.LocalPart.Equals(facts.Prefix + facts.LocalPart + facts.Suffix, StringComparison.OrdinalIgnoreCase));
}

/// <summary>filter.txt 3.12.</summary>
sealed record SaveCommand(SourceLocation At, CommandPrefix Prefix, Template Path, int? Mode) : FilterCommand(At)
{
    public override bool Run(FilterRun run)
    {
        if (!run.TryExpand(Path, "save command", out var path)) return false;
        var mode = Mode is { } octal ? $" 0{Convert.ToString(octal, 8).PadLeft(3, '0')}" : "";
        run.List($"{(Prefix.Seen == false ? "Unseen save" : "Save")} message to: {path}{mode}{(Prefix.NoError ? " (noerror)" : "")}");
        run.Add(new FilterAction.Save(Absolute(run, path), Mode) { IsSignificant = Prefix.IsSignificantDelivery, NoError = Prefix.NoError });
        return true;
    }

    static Value Absolute(FilterRun run, Value path) =>
        run.Rules is { PrependHome: true, IsSystem: false } && !path.Text.StartsWith('/') && run.Context.Address.Home is { Text.Length: > 0 } home
            ? new(home.Text + "/" + path.Text, home.Taint.Join(path.Taint)) : path;
}

/// <summary>filter.txt 3.13. The command is expanded only after it has been split, so no value can add an argument.</summary>
sealed record PipeCommand(SourceLocation At, CommandPrefix Prefix, Template Command) : FilterCommand(At)
{
    public override bool Run(FilterRun run)
    {
        run.List($"{(Prefix.Seen == false ? "Unseen pipe" : "Pipe")} message to: {Command.Source}{(Prefix.NoError ? " (noerror)" : "")}");
        run.Add(new FilterAction.Pipe(Command.Source, [.. run.Context.Captures], run.ThisAddress) { IsSignificant = Prefix.IsSignificantDelivery, NoError = Prefix.NoError });
        return true;
    }
}
