using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>What a routed address is: a mail address, or something a redirection or filter generated.</summary>
enum TargetKind { Address, File, Pipe, Reply }

/// <summary>
/// An address on its way through the routers. Children that a redirection generates point to their parent. For File and Pipe the
/// Address is the parent's and Target holds the path or command.
/// </summary>
sealed record RoutedAddress
{
    public required MailAddress Address { get; init; }
    public TargetKind Kind { get; init; }
    /// <summary>File path, command (without "|") or empty.</summary>
    public string Target { get; init; } = "";
    public RoutedAddress? Parent { get; init; }
    /// <summary>Where its bounces go instead of the message's sender; null = the sender; empty = nowhere.</summary>
    public string? ErrorsTo { get; init; }
    public ImmutableArray<HeaderField> HeadersAdd { get; init; } = [];
    public ImmutableArray<string> HeadersRemove { get; init; } = [];
    /// <summary>Inherited by children: $address_data and $r_… as routers set them.</summary>
    public Value? AddressData { get; init; }
    public ImmutableDictionary<string, Value> RouterVariables { get; init; } = ImmutableDictionary<string, Value>.Empty;
    /// <summary>Reply: the mail that a filter asked for.</summary>
    public Filtering.FilterAction? Reply { get; init; }
    /// <summary>Pipe: set when a filter made it. Its command is expanded after splitting, with the captures of that moment.</summary>
    public Filtering.FilterAction.Pipe? FilterPipe { get; init; }
    /// <summary>File: the mode that a filter gave; null = the transport's.</summary>
    public int? FileMode { get; init; }
    /// <summary>The name of the router to begin at (redirect_router), or null for the first.</summary>
    public string? StartAt { get; init; }
    /// <summary>Made by "unseen": a copy beside the original.</summary>
    public bool IsUnseenCopy { get; init; }

    /// <summary>The router whose unseen delivery this copy is; null otherwise. Keeps its key apart from the original's.</summary>
    public string? UnseenRouter { get; init; }
    /// <summary>The router that turned this address into its children: set on parents only; the loop rule of Exim 22.5 asks for it.</summary>
    public string? RoutedBy { get; init; }
    /// <summary>File, Pipe and Reply: the transport that the generating router names for it. Null when it names none: Problem then says why, and the delivery is deferred.</summary>
    public string? Transport { get; init; }
    public string? Problem { get; init; }
    /// <summary>A stranger chose part of Target: the transport refuses it as file name or command.</summary>
    public bool TargetIsTainted { get; init; }
    /// <summary>Bounces must not name this address (hide_child_in_errmsg).</summary>
    public bool HideInErrors { get; init; }
    /// <summary>$self_hostname, after self = pass.</summary>
    public string SelfHostname { get; init; } = "";

    /// <summary>The recipient of the envelope that this address came from.</summary>
    public RoutedAddress Top => Parent?.Top ?? this;

    public IEnumerable<RoutedAddress> Ancestors
    {
        get
        {
            for (var ancestor = Parent; ancestor is not null; ancestor = ancestor.Parent) yield return ancestor;
        }
    }

    /// <summary>
    /// The same destination always gives the same key: what the spool records as done, and how duplicates are dropped (Exim's "unique" address). A child
    /// with the address of an ancestor has a key of its own (<c>\1\user@domain</c>), or a user who keeps a copy would count as done with it.
    /// </summary>
    public string Key => Kind switch
    {
        TargetKind.Address => Namesakes + Address.LocalPart + "@" + Address.Domain.LowerAscii() + (UnseenRouter is null ? "" : "/" + UnseenRouter),
        TargetKind.File => $"{Target}:{Top.Key}",
        TargetKind.Pipe => $"|{Target}:{Parent?.Key ?? ""}",
        _ => $">{Target}:{Parent?.Key ?? ""}",
    };

    string Namesakes => Ancestors.Count(a => a.Address.SameAs(Address)) is var count and > 0 ? $"\\{count}\\" : "";
}
