using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Queue;

/// <summary>The main options of delivery and bounces (Exim chapters 14, 33, 50). Times of zero mean "never" where Exim has it so.</summary>
sealed record QueueOptions
{
    /// <summary>Exim's limit for retry_interval_max, silently kept (chapter 14).</summary>
    static readonly TimeSpan LongestRetryInterval = TimeSpan.FromHours(24);

    /// <summary>Deliveries to remote hosts of one message at once; the default of Exim 4.96.</summary>
    public int RemoteMaxParallel { get; init; } = 2;
    public bool QueueOnly { get; init; }
    public HoldRules Holds { get; init; } = HoldRules.None;
    public RemoteOrder RemoteOrder { get; init; } = RemoteOrder.None;
    public DestinationLimits Limits { get; init; } = DestinationLimits.None;
    public BackOffRules BackOffs { get; init; } = BackOffRules.None;
    /// <summary>Queue runs of the daemon at once; 0 = no limit. Expanded each time.</summary>
    public Template? QueueRunMax { get; init; }
    /// <summary>In thousandths; a queue run ends when the machine's load is higher. Negative: none.</summary>
    public int DeliverQueueLoadMax { get; init; } = -1;
    /// <summary>Messages of a queue run begin one by one, in order of their arrival.</summary>
    public bool QueueRunInOrder { get; init; }
    /// <summary>More Received fields than this are a mail loop.</summary>
    public int ReceivedHeadersMax { get; init; } = 30;
    /// <summary>How long a failing bounce message is kept frozen before it is dropped.</summary>
    public TimeSpan IgnoreBounceErrorsAfter { get; init; } = TimeSpan.FromDays(70);
    public TimeSpan TimeoutFrozenAfter { get; init; }
    public TimeSpan AutoThaw { get; init; }
    /// <summary>No wait between attempts is longer.</summary>
    public TimeSpan RetryIntervalMax { get; init; } = LongestRetryInterval;
    /// <summary>Exim 32.9: what has not been tried for so long begins anew.</summary>
    public TimeSpan RetryDataExpire { get; init; } = TimeSpan.FromDays(7);
    public bool BounceReturnMessage { get; init; } = true;
    public bool BounceReturnBody { get; init; } = true;
    public long BounceReturnSizeLimit { get; init; } = 100 * 1024;
    /// <summary>A longer line in the message, and only its headers go back; 0 = never mind (RFC 5322 2.1.1).</summary>
    public long BounceReturnLinesizeLimit { get; init; } = 998;
    public string BounceMessageText { get; init; } = "";
    public Template? BounceMessageFile { get; init; }
    public Template? WarnMessageFile { get; init; }
    /// <summary>AUTH= of bounces and warnings (RFC 4954 5); empty = none.</summary>
    public string BounceSenderAuthentication { get; init; } = "";
    public ErrorsCopies ErrorsCopies { get; init; } = ErrorsCopies.None;
    /// <summary>Who is told of messages that this server freezes itself; empty = nobody.</summary>
    public string FreezeTell { get; init; } = "";
    /// <summary>Where a bounce goes that cannot be delivered, instead of being frozen; empty = it is frozen (an addition to Exim).</summary>
    public string DoubleBounceTo { get; init; } = "";
    public Template? DsnFrom { get; init; }
    public string ErrorsReplyTo { get; init; } = "";
    public IReadOnlyList<TimeSpan> DelayWarnings { get; init; } = [TimeSpan.FromHours(24)];
    /// <summary>Null: Exim's default, which spares lists and what machines send.</summary>
    public Template? DelayWarningCondition { get; init; }
    public Template? SystemFilter { get; init; }
    public Template? SystemFilterFileTransport { get; init; }
    public Template? SystemFilterDirectoryTransport { get; init; }
    public Template? SystemFilterPipeTransport { get; init; }
    public Template? SystemFilterReplyTransport { get; init; }

    public static QueueOptions From(OptionReader main)
    {
        var none = new QueueOptions();
        return none with
        {
            RemoteMaxParallel = (int)Math.Max(1, main.Int("remote_max_parallel", none.RemoteMaxParallel)),
            QueueOnly = main.Bool("queue_only", false),
            Holds = HoldRules.From(main), RemoteOrder = RemoteOrder.From(main), Limits = DestinationLimits.From(main), BackOffs = BackOffRules.From(main),
            QueueRunMax = main.Template("queue_run_max"), DeliverQueueLoadMax = main.FixedPoint("deliver_queue_load_max", -1), QueueRunInOrder = main.Bool("queue_run_in_order", false),
            ReceivedHeadersMax = (int)main.Int("received_headers_max", none.ReceivedHeadersMax),
            IgnoreBounceErrorsAfter = main.Time("ignore_bounce_errors_after", none.IgnoreBounceErrorsAfter),
            TimeoutFrozenAfter = main.Time("timeout_frozen_after", TimeSpan.Zero),
            AutoThaw = main.Time("auto_thaw", TimeSpan.Zero),
            RetryIntervalMax = main.Time("retry_interval_max", none.RetryIntervalMax) is var most && most > LongestRetryInterval ? LongestRetryInterval : most,
            RetryDataExpire = main.Time("retry_data_expire", none.RetryDataExpire),
            BounceReturnMessage = main.Bool("bounce_return_message", true),
            BounceReturnBody = main.Bool("bounce_return_body", true),
            BounceReturnSizeLimit = main.Int("bounce_return_size_limit", main.Int("return_size_limit", none.BounceReturnSizeLimit)),
            BounceMessageText = main.Text("bounce_message_text")?.Text ?? "",
            BounceReturnLinesizeLimit = main.Int("bounce_return_linesize_limit", none.BounceReturnLinesizeLimit),
            BounceMessageFile = main.Template("bounce_message_file"),
            WarnMessageFile = main.Template("warn_message_file"),
            BounceSenderAuthentication = main.Text("bounce_sender_authentication")?.Text ?? "",
            ErrorsCopies = ErrorsCopies.From(main),
            FreezeTell = main.Text("freeze_tell")?.Text ?? "",
            DoubleBounceTo = main.Text("double_bounce_to")?.Text ?? "",
            DsnFrom = main.Template("dsn_from"),
            ErrorsReplyTo = main.Text("errors_reply_to")?.Text ?? "",
            DelayWarnings = WarningTimes(main) ?? none.DelayWarnings,
            DelayWarningCondition = main.Template("delay_warning_condition"),
            SystemFilter = main.Template("system_filter"),
            SystemFilterFileTransport = main.Template("system_filter_file_transport"),
            SystemFilterDirectoryTransport = main.Template("system_filter_directory_transport"),
            SystemFilterPipeTransport = main.Template("system_filter_pipe_transport"),
            SystemFilterReplyTransport = main.Template("system_filter_reply_transport"),
        };
    }

    /// <summary>A list of times; "0s" or an empty list turns warnings off (Exim 14.23).</summary>
    static List<TimeSpan>? WarningTimes(OptionReader main)
    {
        if (main.Text("delay_warning") is not { } text) return null;
        var times = new List<TimeSpan>();
        foreach (var item in ListSyntax.Split(text.Text).Where(i => i.Text.Length > 0))
            if (!OptionValues.Time(item.Text, out var time)) main.Error("delay_warning", $"invalid time value \"{item.Text}\"");
            else if (time > TimeSpan.Zero) times.Add(time);
        return times;
    }
}
