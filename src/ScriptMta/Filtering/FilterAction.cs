using System.Collections.Immutable;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Filtering;

/// <summary>
/// One thing a filter asked for; carried out by Routing and Transports, never here. The order of a result's actions is the filter's.
/// Values keep their taint: the sink that opens a file or runs a command refuses what a stranger chose.
/// </summary>
abstract record FilterAction
{
    FilterAction() { }

    /// <summary>"noerror": failures of this delivery, and of what comes of it, are reported to nobody.</summary>
    public bool NoError { get; init; }

    /// <summary>The action counts as a delivery of the message, so that the address is done with (filter.txt 3.8).</summary>
    public bool IsSignificant { get; init; }

    /// <summary>The address is qualified. ErrorsTo is null unless the filter set it.</summary>
    public sealed record Deliver(MailAddress Address, MailAddress? ErrorsTo) : FilterAction;

    /// <summary>Path as expanded, with $home before a relative one. A path that ends in "/" is a directory. Mode is null when the filter gave none.</summary>
    public sealed record Save(Value Path, int? Mode) : FilterAction;

    /// <summary>
    /// Command is not expanded: the transport splits it first and expands each argument (filter.txt 3.13), with the captures ($0 …) and
    /// $thisaddress of the moment.
    /// </summary>
    public sealed record Pipe(string Command, ImmutableArray<Value?> Captures, Value ThisAddress) : FilterAction;

    /// <summary>The commands mail and vacation; all values are expanded. Only for messages that have a sender.</summary>
    public sealed record Mail : FilterAction
    {
        public bool IsVacation { get; init; }
        /// <summary>$reply_address where the filter named nobody.</summary>
        public required Value To { get; init; }
        public Value Cc { get; init; } = Value.Empty;
        public Value Bcc { get; init; } = Value.Empty;
        public Value From { get; init; } = Value.Empty;
        public Value ReplyTo { get; init; } = Value.Empty;
        public Value Subject { get; init; } = Value.Empty;
        public Value ExtraHeaders { get; init; } = Value.Empty;
        public Value Text { get; init; } = Value.Empty;
        /// <summary>File, Log and Once are null when the filter gave none.</summary>
        public Value? File { get; init; }
        /// <summary>Each line of File is to be expanded.</summary>
        public bool ExpandFile { get; init; }
        public Value? Log { get; init; }
        public Value? Once { get; init; }
        /// <summary>Null: never again.</summary>
        public TimeSpan? OnceRepeat { get; init; }
        public bool ReturnMessage { get; init; }
    }

    /// <summary>A line for a file (null: the main log, system filters only), created with Mode. Text ends with a newline.</summary>
    public sealed record LogWrite(Value? File, int Mode, string Text) : FilterAction;

    /// <summary>System filter: one or more header fields at the end of the message's own. Already visible to the commands after it.</summary>
    public sealed record HeadersAdd(ImmutableArray<HeaderField> Fields) : FilterAction;

    /// <summary>System filter.</summary>
    public sealed record HeadersRemove(ImmutableArray<string> Names) : FilterAction;

    /// <summary>Last action: the recipients fail. LogText is what "&lt;&lt;…&gt;&gt;" at the start of the text held, else Text.</summary>
    public sealed record Fail(string Text, string LogText) : FilterAction;

    /// <summary>Last action.</summary>
    public sealed record Freeze(string Text) : FilterAction;

    /// <summary>Last action.</summary>
    public sealed record Defer(string Text) : FilterAction;
}
