using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Logging;
using ScriptMta.Lookups;
using ScriptMta.Tests.Dns;
using ScriptMta.Tests.Expansion;

namespace ScriptMta.Tests;

/// <summary>
/// Cases of -brw and -brt, in the form of ExpansionCases: rules with " // " between them, "##", and the arguments with " | " between them ("-f=x" is a sender);
/// then what Exim says, eight equal lines of -brw as one "all: ", every line of standard error once behind "! ", a status other than 0 in front. KEYS is a file
/// beside them. RULES stands for the rules of a file of that name.
/// </summary>
static partial class RuleLines
{
    public const string Main = """
        primary_hostname = mail.test
        qualify_domain = qual.test
        qualify_recipient = qrcpt.test
        keep_environment =
        allow_domain_literals
        domainlist loc = *.test : x
        domainlist LOC = *.TEST
        domainlist loc2 = X.TEST
        addresslist addrs = *@x.test
        addresslist ADDRS = *@X.TEST : ANY@x.test

        """;

    /// <param name="Sender">Null: none is given.</param>
    public sealed record Case(ExpansionCases.Case Row, string Configuration, IReadOnlyList<string> Arguments, string? Sender)
    {
        public string Report(string said, string who) => Latin1.ToUnicode($"\n{Row.File}:{Row.Line}: {Row.Input}\n  file {Row.Output.Replace("\n", "¶")}\n  {who} {said.Replace("\n", "¶")}");
    }

    static string Keys { get; } = FileOf("Routing", "rewriting", "keys");

    public static string FileOf(params ReadOnlySpan<string> path) => Path.Combine([Folder(), .. path]);

    static string Folder([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(thisFile)!;

    public static List<Case> Read(string file, string section) => [.. ExpansionCases.Read(file).Select(row => Of(row, file, section))];

    static Case Of(ExpansionCases.Case row, string file, string section)
    {
        var split = row.Input.LastIndexOf(" ## ", StringComparison.Ordinal);
        var rules = row.Input[..split];
        if (rules == "RULES") rules = File.ReadAllText(Path.Combine(Path.GetDirectoryName(file)!, "rules.txt")).TrimEnd();
        var arguments = row.Input[(split + 4)..].Split(" | ").ToList();
        string? sender = null;
        if (arguments[0].StartsWith("-f=", StringComparison.Ordinal))
        {
            sender = arguments[0][3..];
            arguments.RemoveAt(0);
        }
        return new(row, $"{Main}begin {section}\n{rules.Replace(" // ", "\n").Replace("KEYS", Keys)}\n", arguments, sender);
    }

    /// <summary>What Exim says. As root it reads its configuration only from a file that root owns.</summary>
    public static string Ask(Case one, string option)
    {
        var configuration = Path.Combine(Path.GetTempPath(), $"scriptmta-rules-{Guid.NewGuid():N}.conf");
        File.WriteAllBytes(configuration, Latin1.Encode("log_file_path = syslog\n" + one.Configuration));
        string[] sender = one.Sender is null ? [] : ["-f", one.Sender];
        var (output, errors, status) = Oracle.Run(["-C", configuration, .. sender, option, .. one.Arguments.Select(Latin1.ToUnicode)]);
        File.Delete(configuration);
        return Condensed(output, errors, status);
    }

    /// <summary>Ours: the main log goes where Exim writes to standard error.</summary>
    public static ExpansionContext Context(ConfigurationDocument document, TextWriter log) => new()
    {
        Environment = new()
        {
            Clock = TimeProvider.System, PrimaryHostname = "mail.test", QualifyDomain = "qual.test", QualifyRecipient = "qrcpt.test", Dns = new FakeDns(), Lookups = LookupTypes.All(),
            Log = new MailLog(TimeProvider.System, file => file == LogFile.Main ? log : TextWriter.Null, LogOptions.Default), NamedLists = document.NamedLists.ToFrozenDictionary(l => (l.Kind, l.Name)),
        },
    };

    public static string Condensed(string output, string errors, int status)
    {
        var lines = output.Replace(Keys, "KEYS").Split('\n').Where(l => l.Length > 0).ToList();
        var places = lines.Where(l => l.Length > 9 && l[8] == ':' && !l.StartsWith("    SMTP", StringComparison.Ordinal)).ToList();
        if (places.Count == 8 && places.DistinctBy(l => l[10..]).Count() == 1) lines = [.. lines.Except(places), "all: " + places[0][10..]];
        var told = errors.Split('\n').Select(l => Stamp().Replace(l, "").Trim().Replace(Keys, "KEYS"))
            .Where(l => l.Length > 0 && !l.Contains("configuration error", StringComparison.Ordinal) && !l.Contains("could not open panic", StringComparison.Ordinal)).Distinct().Select(l => "! " + l);
        return string.Join('\n', [.. status == 0 ? [] : (string[])[$"[{status}]"], .. lines, .. status == 0 ? told : told.Take(1)]);
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ")]
    private static partial Regex Stamp();
}
