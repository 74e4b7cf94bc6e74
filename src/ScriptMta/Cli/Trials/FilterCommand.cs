using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;
using ScriptMta.Filtering;
using ScriptMta.Hosting;
using ScriptMta.Mail;

namespace ScriptMta.Cli;

/// <summary>-bf and -bF: what a filter would do with the message on standard input, with Exim's output (chapter 5); nothing is delivered. Status 0, or 1 when the filter is wrong.</summary>
static class FilterCommand
{
    const string SieveMark = "# Sieve filter";

    public static int Run(Invocation invocation)
    {
        var text = Trial.Read(invocation.FilterFile!);
        var configuration = Site.Load(invocation);
        var trial = new Trial(configuration, invocation, dryRun: true);
        FillAddress(trial.Context, invocation);
        FillMessage(trial);
        if (text.StartsWith(SieveMark, StringComparison.OrdinalIgnoreCase))
            throw new CommandException(ExitCode.Unavailable, $"{invocation.FilterFile}: Sieve filters are known but not built yet");
        if (!invocation.FilterIsSystem && !FilterProgram.IsFilter(text))
            throw new CommandException(ExitCode.Unavailable, $"{invocation.FilterFile} does not begin with \"# Exim filter\": -bf for lists of addresses is known but not built yet; -bt ADDRESS shows what one generates");
        Terminal.Out($"Testing Exim filter file \"{invocation.FilterFile}\"\n\n");
        return Test(text, invocation, configuration, trial.Context);
    }

    /// <summary>The caller at qualify_domain, or what -bfl, -bfd, -bfp and -bfs say.</summary>
    static void FillAddress(ExpansionContext context, Invocation invocation)
    {
        var caller = Users.ByUid(Users.getuid());
        string Told(char letter, string other) => invocation.FilterRecipient.GetValueOrDefault(letter, other);
        var address = context.Address;
        address.LocalPart = Told('l', caller?.Name ?? "");
        address.Domain = Told('d', context.Environment.QualifyRecipient);
        (address.Prefix, address.Suffix) = (Told('p', ""), Told('s', ""));
        address.Original = new(address.Prefix + address.LocalPart + address.Suffix, address.Domain);
        if (caller is not null) address.Home = Value.Clean(Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? Latin1.FromUnicode(home) : caller.Home);
    }

    static void FillMessage(Trial trial)
    {
        using var input = new MemoryStream();
        using (var standard = Console.OpenStandardInput()) standard.CopyTo(input);
        trial.Submit(Latin1.Decode(input.ToArray()));
        var address = trial.Context.Address;
        Terminal.Out($"Return-path copied from sender\nSender      = {trial.Context.Message.Sender}\nRecipient   = {address.Original}\n");
        if (address.Prefix.Length > 0) Terminal.Out($"Prefix    = {address.Prefix}\n");
        if (address.Suffix.Length > 0) Terminal.Out($"Suffix    = {address.Suffix}\n");
    }

    static int Test(string text, Invocation invocation, LoadedConfiguration configuration, ExpansionContext context)
    {
        var rules = (invocation.FilterIsSystem ? FilterRules.System : FilterRules.User) with { Addresses = configuration.Settings.AddressRules };
        var program = FilterProgram.Parse(text, invocation.FilterFile!, rules, out var problems);
        if (program is null) return Wrong(problems[0].Text);
        var listing = new List<string>();
        var result = program.Run(context, listing);
        foreach (var line in listing) Terminal.Out(line + "\n");
        switch (result)
        {
            case FilterResult.Failed failed: return Wrong(failed.Error);
            case FilterResult.Deferred deferred: return Wrong(deferred.Reason);
            case FilterResult.Done done:
                Terminal.Out(Conclusion(done));
                return ExitCode.Ok;
            default: throw new InvalidOperationException("unknown filter result");
        }
    }

    static int Wrong(string error)
    {
        Terminal.Out($"Filter error: {error}\n");
        return ExitCode.Failure;
    }

    static string Conclusion(FilterResult.Done done) => done.Actions.LastOrDefault() switch
    {
        FilterAction.Fail => "Filtering ended by \"fail\".\n",
        FilterAction.Freeze => "Filtering ended by \"freeze\".\n",
        FilterAction.Defer => "Filtering ended by \"defer\".\n",
        _ when done.IsSignificant => "Filtering set up at least one significant delivery or other action.\nNo other deliveries will occur.\n",
        _ => "Filtering did not set up a significant delivery.\nNormal delivery will occur.\n",
    };
}
