using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Filtering;

/// <summary>Chapter 47.6: the message's header section changes at once, so that the commands after it see the change.</summary>
sealed record HeadersCommand(SourceLocation At, string What, Template Text) : FilterCommand(At)
{
    public override bool Run(FilterRun run)
    {
        if (!run.TryExpand(Text, "headers command", out var value)) return false;
        run.List($"Headers {What} \"{value}\"");
        var message = run.Context.Message;
        var headers = message.Headers ?? HeaderSection.Empty;
        switch (What)
        {
            case "add": return Add(run, headers, value.Text.TrimSpaceAtStart());
            case "remove":
                var names = value.Text.Split(':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                message.Headers = names.Aggregate(headers, (section, name) => section.Remove(name));
                run.Add(new FilterAction.HeadersRemove([.. names]));
                return true;
            default:
                message.HeadersCharset = value.Text;
                return true;
        }
    }

    /// <summary>Text that is no header field would end the header section of the message: unlike Exim, it is an error.</summary>
    static bool Add(FilterRun run, HeaderSection headers, string text)
    {
        if (text.Length == 0) return true;
        var parsed = HeaderParser.Parse(text.TrimEnd('\n') + "\n", HeaderLimits.Default);
        if (parsed.Problem != HeaderProblem.NoBody)
            return run.Fail($"\"{text.Replace("\n", "\\n")}\" in headers command is not a header line (\"Name: value\", continuation lines begin with a space)");
        run.Context.Message.Headers = new(headers.Fields.AddRange(parsed.Headers.Fields));
        run.Add(new FilterAction.HeadersAdd(parsed.Headers.Fields));
        return true;
    }
}
