using ScriptMta.Common;

namespace ScriptMta.Cli;

/// <summary>How an option takes its value: not at all, attached, attached or in the next argument, attached if anything is, in the next argument only, or that or a next argument that is made of the words of DSN NOTIFY, in the next argument if there is one that is no option.</summary>
enum ValueStyle { None, Attached, AttachedOrNext, OptionalAttached, Next, OptionalNotify, OptionalId }

/// <param name="Text">The option with its dash; the longest row that the argument begins with is taken.</param>
sealed record SendmailOption(string Text, ValueStyle Style, Action<Invocation, string> Apply);

/// <summary>The sendmail and Exim command-line options (traditions.md, Exim chapter 5) as a table. Options that make no sense here are accepted and do nothing.</summary>
static class SendmailOptions
{
    public static Invocation Parse(IReadOnlyList<string> arguments, Invocation into)
    {
        for (var i = 0; i < arguments.Count && into.Error is null; i++)
        {
            var argument = arguments[i];
            if (argument == "--")
            {
                into.Arguments.AddRange(arguments.Skip(i + 1));
                break;
            }
            if (argument.Length < 2 || argument[0] != '-') into.Arguments.Add(argument);
            else i += ApplyOption(argument, i + 1 < arguments.Count ? arguments[i + 1] : null, into);
        }
        return into;
    }

    /// <summary>Returns how many further arguments were used.</summary>
    static int ApplyOption(string argument, string? next, Invocation into)
    {
        var row = FrequentOptions.Find(argument) ?? Table.Find(argument);
        if (row is null)
        {
            into.Error = $"unknown option {argument} (try --help)";
            return 0;
        }
        var attached = argument[row.Text.Length..];
        if (attached.Length != 0 || !(row.Style is ValueStyle.AttachedOrNext or ValueStyle.Next || (row.Style == ValueStyle.OptionalNotify && IsNotify(next)) || (row.Style == ValueStyle.OptionalId && next?.StartsWith('-') == false)))
        {
            row.Apply(into, attached);
            return 0;
        }
        if (next is null) into.Error = $"option {row.Text} needs a value";
        else row.Apply(into, next);
        return 1;
    }

    static bool IsNotify(string? text) => text is not null && text.Split(',').All(word => word is "never" or "success" or "failure" or "delay");

    /// <summary>Apart from the class, so that it is only made when it is looked at.</summary>
    static class Table
    {
        static readonly SendmailOption[] All = [.. FrequentOptions.Rows, .. Rows()];

        public static SendmailOption? Find(string argument) =>
            All.Where(r => r.Style is ValueStyle.None or ValueStyle.Next or ValueStyle.OptionalId ? argument == r.Text : argument.StartsWith(r.Text, StringComparison.Ordinal) && (r.Style != ValueStyle.Attached || argument.Length > r.Text.Length))
                .MaxBy(r => r.Text.Length);
    }

    static void SetMode(Invocation i, Mode mode, string option)
    {
        if (i.ModeOption is { } earlier && i.Mode != mode) i.Error = $"incompatible command-line options {earlier} and {option}";
        i.Mode = mode;
        i.ModeOption = option;
    }

    /// <summary>The last of -bh and -oMa says the address.</summary>
    static void CheckHost(Invocation i, string option, string host)
    {
        SetMode(i, Mode.HostCheck, option);
        (i.CheckedHost, i.MakesCallouts) = (host, option == "-bhc");
        i.MessageFacts.Remove("a");
    }

    static SendmailOption Switch(string text, Mode mode) => new(text, ValueStyle.None, (i, _) => SetMode(i, mode, text));
    static SendmailOption Flag(string text, Action<Invocation> apply) => new(text, ValueStyle.None, (i, _) => apply(i));
    static SendmailOption Valued(string text, Action<Invocation, string> apply) => new(text, ValueStyle.AttachedOrNext, apply);
    static SendmailOption Ignored(string text, ValueStyle style = ValueStyle.None) => new(text, style, static (_, _) => { });

    static SendmailOption[] Rows() =>
    [
        // Modes
        Switch("-bm", Mode.Submit), Switch("-bd", Mode.Daemon), Switch("-bdf", Mode.DaemonForeground), Switch("-bD", Mode.DaemonForeground),
        Switch("-bs", Mode.SmtpOnStdio), Switch("-bS", Mode.BatchSmtp), Switch("-bi", Mode.CheckAliases), Switch("-I", Mode.CheckAliases),
        Switch("-bv", Mode.Verify), Switch("-bvs", Mode.VerifySender), Switch("-bt", Mode.AddressTest), Switch("-be", Mode.Expand),
        Switch("-bV", Mode.Version), Switch("-bP", Mode.PrintOptions), Switch("-bpc", Mode.CountQueue), Switch("--help", Mode.Help), Switch("--version", Mode.Version),
        Switch("-brw", Mode.RewriteTest), Switch("-brt", Mode.RetryTest),
        new("-bp", ValueStyle.OptionalAttached, static (i, letters) => { SetMode(i, Mode.ListQueue, "-bp"); i.ListFlags = letters; }),
        new("-bh", ValueStyle.Next, static (i, host) => CheckHost(i, "-bh", host)), new("-bhc", ValueStyle.Next, static (i, host) => CheckHost(i, "-bhc", host)),
        new("-bmalware", ValueStyle.Next, static (i, file) => { SetMode(i, Mode.MalwareTest, "-bmalware"); i.ScannedFile = file; }),
        .. FilterTestRows(),
        new("-bem", ValueStyle.Next, static (i, file) => { SetMode(i, Mode.Expand, "-bem"); i.ExpansionMessage = file; }),
        new("-Mset", ValueStyle.OptionalId, static (i, id) => i.ShownMessages = id.Length == 0 ? [] : [id]),

        // Configuration
        new("-D", ValueStyle.Attached, static (i, text) => AddMacro(i, text)),
        new("-d", ValueStyle.OptionalAttached, static (i, _) => i.Verbose = true), Flag("-v", static i => i.Verbose = true),

        // Submission
        Flag("-ti", static i => i.ExtractRecipients = i.DotIsData = true),
        Flag("-oitrue", static i => i.DotIsData = true),
        Valued("-r", static (i, address) => i.Sender = address),
        new("-B", ValueStyle.AttachedOrNext, static (i, type) => i.BodyType = type),
        new("-N", ValueStyle.OptionalNotify, static (i, notify) => ApplyN(i, notify)),
        new("-V", ValueStyle.AttachedOrNext, static (i, id) => i.DsnEnvelopeId = id),
        new("-R", ValueStyle.AttachedOrNext, static (i, text) => ApplyR(i, text)),
        new("-S", ValueStyle.AttachedOrNext, static (i, text) => { SetMode(i, Mode.QueueRun, "-S"); i.SenderSelection = text; }),
        Flag("-odb", static i => i.Delivery = DeliveryMode.Background), Flag("-odi", static i => i.Delivery = DeliveryMode.Foreground),
        Flag("-odf", static i => i.Delivery = DeliveryMode.Foreground), Flag("-odq", static i => i.Delivery = DeliveryMode.QueueOnly),
        Flag("-odqs", static i => i.Delivery = DeliveryMode.FirstPass), Flag("-odd", static i => i.Delivery = DeliveryMode.QueueOnly),
        new("-oe", ValueStyle.OptionalAttached, static (i, mode) => i.ErrorMode = mode.Length == 1 ? mode[0] : i.ErrorMode),
        new("-e", ValueStyle.OptionalAttached, static (i, mode) => i.ErrorMode = mode.Length == 1 ? mode[0] : i.ErrorMode),
        .. MessageFactRows(),
        new("-p", ValueStyle.AttachedOrNext, static (i, text) => i.Protocol = text),
        Flag("-pd", static i => i.PerlAtStart = false), Flag("-ps", static i => i.PerlAtStart = true),
        Flag("-tls-on-connect", static i => i.TlsOnConnect = true), Valued("-oX", static (i, ports) => i.DaemonPorts = ports), Valued("-oP", static (i, file) => i.PidFile = file),
        new("-A", ValueStyle.OptionalAttached, static (_, _) => { }), Valued("-O", static (_, _) => { }), Valued("-L", static (_, _) => { }),
        Valued("-X", static (_, _) => { }), Ignored("-h", ValueStyle.AttachedOrNext), Ignored("-G"), Ignored("-m"), Flag("-n", static i => i.ValuesOnly = true), Ignored("-U"), Ignored("-x"), Ignored("-om"),
        Ignored("-oo"), Ignored("-o", ValueStyle.OptionalAttached), Ignored("-or", ValueStyle.AttachedOrNext), Ignored("-os", ValueStyle.AttachedOrNext), Ignored("-oB", ValueStyle.OptionalAttached),

        // The queue
        new("-q", ValueStyle.OptionalAttached, static (i, text) => ApplyQ(i, text)),
        Valued("-qR", static (i, text) => Select(i, 'R', "", text)), Valued("-qS", static (i, text) => Select(i, 'S', "", text)),
        .. SelectionRows(),
        .. MessageActionRows(),
    ];

    static IEnumerable<SendmailOption> FilterTestRows() =>
    [
        new("-bf", ValueStyle.Next, static (i, file) => { SetMode(i, Mode.FilterTest, "-bf"); i.FilterFile = file; }),
        new("-bF", ValueStyle.Next, static (i, file) => { SetMode(i, Mode.FilterTest, "-bF"); (i.FilterFile, i.FilterIsSystem) = (file, true); }),
        .. "ldps".Select(letter => new SendmailOption("-bf" + letter, ValueStyle.Next, (i, text) => i.FilterRecipient[letter] = text)),
    ];

    static IEnumerable<SendmailOption> MessageFactRows() =>
        "a aa ai as i m r s t".Split(' ').Select(letters =>
            new SendmailOption("-oM" + letters, ValueStyle.AttachedOrNext, (i, value) => i.MessageFacts[letters] = value));

    /// <summary>-Rf text, -Sff text and their like: a queue run over what matches, forced as by -qf and -qff.</summary>
    static IEnumerable<SendmailOption> SelectionRows() =>
        from prefix in "-R -S".Split(' ')
        from flags in "f ff r rf rff".Split(' ')
        select new SendmailOption(prefix + flags, ValueStyle.Next, (i, text) => Select(i, prefix[1], flags, text));

    static void Select(Invocation i, char what, string flags, string text)
    {
        SetMode(i, Mode.QueueRun, "-" + what);
        i.QueueFlags += what == 'S' ? flags.Replace('r', 's') : flags;
        if (what == 'R') i.RecipientSelection = text;
        else i.SenderSelection = text;
    }

    static IEnumerable<SendmailOption> MessageActionRows() =>
        " ar c es f g mad md rm t vb vc vh vl".Split(' ').Select(action =>
            new SendmailOption("-M" + action, ValueStyle.None, (i, _) =>
            {
                SetMode(i, Mode.Message, "-M" + action);
                i.MessageAction = action;
            }));

    static void AddMacro(Invocation i, string text)
    {
        var equals = text.IndexOf('=');
        var name = equals < 0 ? text : text[..equals].TrimSpaceAtEnd();
        if (name.Length == 0 || !char.IsAsciiLetterUpper(name[0])) i.Error = "macro name set by -D must start with an upper case letter";
        else i.Macros.Add((name, equals < 0 ? "" : text[(equals + 1)..].TrimSpace()));
    }

    /// <summary>-N alone is Exim's "do not deliver"; with words it is sendmail's DSN NOTIFY.</summary>
    static void ApplyN(Invocation i, string notify)
    {
        if (notify.Length == 0) i.NoDelivery = true;
        else i.DsnNotify = notify;
    }

    /// <summary>-R full and -R hdrs are sendmail's DSN RET; any other text selects recipients for a queue run.</summary>
    static void ApplyR(Invocation i, string text)
    {
        if (text is "full" or "hdrs") i.DsnReturn = text;
        else
        {
            SetMode(i, Mode.QueueRun, "-R");
            i.RecipientSelection = text;
        }
    }

    /// <summary>-q[q][i][f[f]][l][Rtext|Stext|Gname][time]: one run, or a daemon's interval (Exim chapter 5).</summary>
    static void ApplyQ(Invocation i, string text)
    {
        var letters = text.TakeWhile(c => c is 'q' or 'i' or 'f' or 'l').Count();
        i.QueueFlags = text[..letters];
        var rest = text[letters..];
        if (rest.StartsWith('R')) i.RecipientSelection = rest[1..];
        else if (rest.StartsWith('S')) i.SenderSelection = rest[1..];
        else if (rest.StartsWith('G')) i.Error = "named queues (-qG) are known but not built yet";
        else if (rest.Length != 0)
        {
            if (Language.OptionValues.Time(rest, out var interval)) i.QueueInterval = interval;
            else i.Error = $"invalid time value {rest} in -q{text}";
            return;
        }
        if (i.ModeOption is null) SetMode(i, Mode.QueueRun, "-q");
    }
}
