using System.Collections.Frozen;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Logging;

namespace ScriptMta.Fuzz;

/// <summary>A list of each kind, read and matched; +self is the list itself.</summary>
static class ListTarget
{
    public const string Words = ": :: ! + * *. ^ \\N /no/such/file @ @[] @mx_any @@ +self +include_unknown +ignore_defer +caseful <; <_ lsearch; net-lsearch; net24- partial-lsearch; 192.0.2.0/24 [2001:db8::1] 2001::db8:: /33 a.b x@ @a.b ${ } $ \\ ; , _ ~ .* \\d+ ( ) [";

    static readonly (NamedListKind Kind, string Subject)[] Kinds =
    [
        (NamedListKind.Domain, "mail.example.com"), (NamedListKind.Host, "192.0.2.1"), (NamedListKind.Host, "2001:db8::1"), (NamedListKind.Address, "Joe+x@Example.com"), (NamedListKind.Address, ""), (NamedListKind.LocalPart, "Joe"),
    ];

    public static string Run(string text) => string.Concat(Kinds.Select(one => Outcome(one.Kind, one.Subject, text)));

    static string Outcome(NamedListKind kind, string subject, string text)
    {
        var list = RuleList.Of(kind, new OptionText(text, SourceLocation.BuiltIn("fuzz")));
        var context = ContextWith(new NamedList(kind, "self", new OptionText(text, SourceLocation.BuiltIn("fuzz")), Cache: false));
        var match = kind switch
        {
            NamedListKind.Domain => list.MatchDomain(subject, context),
            NamedListKind.Host => list.MatchHost(subject, context),
            NamedListKind.Address => list.MatchAddress(subject, context),
            _ => list.MatchLocalPart(subject, context),
        };
        return match.Match.Kind + FuzzTarget.Kind(match.Match.Reason ?? "");
    }

    static ExpansionContext ContextWith(NamedList self) => new()
    {
        DryRun = true,
        Environment = new()
        {
            Clock = TimeProvider.System, PrimaryHostname = "mail.example.com", QualifyDomain = "example.com", QualifyRecipient = "example.com", Dns = new TemplateTarget.SilentDns(),
            Log = new MailLog(TimeProvider.System, _ => TextWriter.Null, LogOptions.Default), NamedLists = new[] { self }.ToFrozenDictionary(list => (list.Kind, list.Name)),
        },
    };
}
