using System.Collections.Frozen;
using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Filtering;

/// <summary>Reads the arguments of one command; null with a problem in the words.</summary>
delegate FilterCommand? CommandReader(FilterGrammar grammar, SourceLocation at, CommandPrefix prefix);

/// <summary>
/// The command language: one row per command. Written by hand, not with combinators: a filter's errors are part of Exim's interface, and its
/// nesting must not depend on the stack.
/// </summary>
sealed class FilterGrammar(FilterWords words, FilterRules rules)
{
    /// <summary>"if" inside "if", and parentheses in conditions: far above what people write, far below what the stack holds.</summary>
    public const int MaxDepth = 100;

    static readonly FrozenDictionary<string, CommandReader> Table = new Dictionary<string, CommandReader>(StringComparer.Ordinal)
    {
        ["add"] = (g, at, p) => g.ReadAdd(at, p),
        ["defer"] = (g, at, _) => g.ReadEnding("defer", g.Rules.AllowDefer, text => new EndingCommand(at, EndingKind.Defer, text)),
        ["deliver"] = (g, at, p) => g.ReadDeliver(at, p),
        ["fail"] = (g, at, _) => g.ReadEnding("fail", g.Rules.AllowFail, text => new EndingCommand(at, EndingKind.Fail, text)),
        ["finish"] = (_, at, p) => new FinishCommand(at, p),
        ["freeze"] = (g, at, _) => g.ReadEnding("freeze", g.Rules.AllowFreeze, text => new EndingCommand(at, EndingKind.Freeze, text)),
        ["headers"] = (g, at, p) => g.ReadHeaders(at, p),
        ["if"] = (g, at, p) => g.ReadIf(at, p),
        ["logfile"] = (g, at, p) => g.ReadWithMode("logfile", (file, mode) => new LogFileCommand(at, p, file, mode)),
        ["logwrite"] = (g, at, p) => g.ReadLogWrite(at, p),
        ["mail"] = (g, at, p) => new MailGrammar(g.Words).Read(at, p, isVacation: false),
        ["pipe"] = (g, at, p) => g.ReadArgument("pipe") is { } command ? new PipeCommand(at, p, command) : null,
        ["save"] = (g, at, p) => g.ReadWithMode("save", (path, mode) => new SaveCommand(at, p, path, mode)),
        ["testprint"] = (g, at, p) => g.ReadArgument("testprint") is { } text ? new TestPrintCommand(at, p, text) : null,
        ["vacation"] = (g, at, p) => new MailGrammar(g.Words).Read(at, p, isVacation: true),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    int _depth;

    public FilterWords Words { get; } = words;
    public FilterRules Rules { get; } = rules;

    public ImmutableArray<FilterCommand> ReadAll() => ReadList(inIf: false, out _);

    /// <summary>Commands up to the end, or in an "if" up to elif, else or endif, which is then in Terminator.</summary>
    ImmutableArray<FilterCommand> ReadList(bool inIf, out string terminator)
    {
        var commands = ImmutableArray.CreateBuilder<FilterCommand>();
        terminator = "";
        while (Words.Problem is null && !Words.AtEnd)
        {
            var prefix = ReadPrefix();
            var at = Words.Here;
            var word = Words.Problem is null ? Words.Word() : "";
            if (word is "elif" or "else" or "endif")
            {
                terminator = word;
                if (!inIf) Words.FailNear($"unexpected \"{word}\" command");
                return commands.ToImmutable();
            }
            if (ReadCommand(word, at, prefix) is not { } command) return [];
            commands.Add(command);
        }
        return commands.ToImmutable();
    }

    FilterCommand? ReadCommand(string word, SourceLocation at, CommandPrefix prefix)
    {
        if (Words.Problem is not null) return null;
        if (Table.GetValueOrDefault(word) is { } read) return read(this, at, prefix);
        Words.FailNear($"unknown filtering command \"{word}\"");
        return null;
    }

    CommandPrefix ReadPrefix()
    {
        var prefix = new CommandPrefix();
        while (Words.Peek() is "seen" or "unseen" or "noerror")
        {
            var line = Words.Line;
            var word = Words.Word();
            if (word == "noerror") prefix = prefix with { NoError = true };
            else if (prefix.Seen is not null) Words.Fail($"\"seen\" or \"unseen\" repeated near line {line}");
            else prefix = prefix with { Seen = word == "seen" };
            if (Words.Problem is not null) return prefix;
            if (Words.AtEnd) Words.Fail($"{(word == "noerror" ? "\"noerror\"" : "\"seen\" or \"unseen\"")} near line {Words.Line} is not followed by a command");
        }
        return prefix;
    }

    /// <summary>A data value that must not be empty.</summary>
    public Template? ReadArgument(string command)
    {
        var data = Words.Data();
        if (Words.Problem is null && data.Source.Length == 0) Words.FailNear($"\"{command}\" requires an argument");
        return Words.Problem is null ? data : null;
    }

    FilterCommand? ReadWithMode(string command, Func<Template, int?, FilterCommand> make)
    {
        if (ReadArgument(command) is not { } argument) return null;
        if (Words.Peek() is not { Length: > 0 } next || !char.IsAsciiDigit(next[0])) return make(argument, null);
        Words.Word();
        if (next.Length <= 4 && next.All(c => c is >= '0' and <= '7')) return make(argument, Convert.ToInt32(next, 8));
        Words.FailNear($"malformed octal mode \"{next}\" in \"{command}\" command");
        return null;
    }

    DeliverCommand? ReadDeliver(SourceLocation at, CommandPrefix prefix)
    {
        if (ReadArgument("deliver") is not { } address) return null;
        if (Words.Peek() != "errors_to") return new(at, prefix, address, null);
        Words.Word();
        var errorsTo = Words.Data();
        return Words.Problem is null ? new(at, prefix, address, errorsTo) : null;
    }

    AddCommand? ReadAdd(SourceLocation at, CommandPrefix prefix)
    {
        if (ReadArgument("add") is not { } number) return null;
        if (Words.Word() != "to") Words.FailNear("\"to\" expected in \"add\" command");
        var variable = Words.Problem is null ? Words.Data() : number;
        if (variable.Source.Length == 0) Words.FailNear("value missing after \"to\"");
        return Words.Problem is null ? new(at, prefix, number, variable) : null;
    }

    LogWriteCommand? ReadLogWrite(SourceLocation at, CommandPrefix prefix)
    {
        if (Rules.ForbidLogWrite && !Rules.IsSystem)
        {
            Words.FailNear("filtering command \"logwrite\" is disabled:");
            return null;
        }
        return ReadArgument("logwrite") is { } text ? new(at, prefix, text) : null;
    }

    /// <summary>defer, fail and freeze: the word "text" may be left out before a quoted string.</summary>
    FilterCommand? ReadEnding(string command, bool allowed, Func<Template?, FilterCommand> make)
    {
        if (!allowed && !Rules.IsSystem)
        {
            Words.FailNear($"filtering command \"{command}\" is disabled:");
            return null;
        }
        Template? text = null;
        if (Words.NextIsQuoted) text = Words.Data();
        else if (Words.Peek() == "text")
        {
            Words.Word();
            text = Words.Data();
        }
        return Words.Problem is null ? make(text) : null;
    }

    HeadersCommand? ReadHeaders(SourceLocation at, CommandPrefix prefix)
    {
        if (prefix.Any) return RefusePrefix("headers", at) as HeadersCommand;
        var what = Words.Word();
        if (what.Length == 0) Words.FailNear("\"headers\" requires an argument");
        else if (what != "charset" && !Rules.IsSystem) Words.FailNear("header addition and removal is available only in system filters:");
        else if (what is not ("add" or "remove" or "charset")) Words.FailNear("\"add\", \"remove\", or \"charset\" expected after \"headers\"");
        if (Words.Problem is not null) return null;
        var value = Words.Data();
        if (value.Source.Length == 0) Words.FailNear("value missing after \"add\", \"remove\", or \"charset\"");
        return Words.Problem is null ? new(at, what, value) : null;
    }

    FilterCommand? RefusePrefix(string command, SourceLocation at)
    {
        Words.Fail($"\"seen\", \"unseen\", or \"noerror\" found before an \"{command}\" command near line {at.Line}");
        return null;
    }

    IfCommand? ReadIf(SourceLocation at, CommandPrefix prefix)
    {
        if (prefix.Any) return RefusePrefix("if", at) as IfCommand;
        if (++_depth > MaxDepth) Words.FailNear($"\"if\" commands nested more than {MaxDepth} deep");
        var branches = ImmutableArray.CreateBuilder<IfBranch>();
        var conditions = new FilterConditionGrammar(Words);
        string terminator;
        do
        {
            if (Words.Problem is not null || conditions.ReadUntilThen() is not { } condition) return null;
            branches.Add(new(condition, ReadList(inIf: true, out terminator)));
        }
        while (terminator == "elif");
        var otherwise = terminator == "else" ? ReadList(inIf: true, out terminator) : [];
        if (Words.Problem is null && terminator != "endif")
            _ = terminator.Length == 0 ? Words.Fail("\"endif\" missing at end of filter file") : Words.FailNear("\"endif\" missing");
        _depth--;
        return Words.Problem is null ? new(at, branches.ToImmutable(), otherwise) : null;
    }
}
