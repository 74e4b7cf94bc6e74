using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Mail;
using ScriptMta.Tests.Expansion.Lists;

namespace ScriptMta.Tests.Acl.Content;

/// <summary>A message of one line, and lists that look into it with the scanners of a configuration.</summary>
sealed class ContentWorld : IDisposable
{
    readonly ListWorld _lists = new();
    readonly MessageContent _content;
    readonly ContentOptions _options;

    public ContentWorld(string settings, string body = "hello\r\n")
    {
        var problems = new ProblemList();
        var document = ConfigurationReader.ReadText(settings + "\n", "test.conf", new ReadOptions(), problems);
        _options = ContentOptions.From(new(document.Main, MainOptionTable.Table, problems));
        Problems = [.. problems.All.Select(p => p.Message)];
        Context = _lists.Context();
        Context.Message.Id = new MessageIdSource(TimeProvider.System, 1).Next();
        Context.Message.Sender = MailAddress.Split("a@b.example");
        Context.Message.Recipients.AddRange([MailAddress.Split("c@d.example"), MailAddress.Split("e@d.example")]);
        Context.Connection.HostAddress = "192.0.2.1";
        Context.Connection.HeloName = "client.example";
        _content = new(Context.Message.Id.Value, new([HeaderField.Create("Subject", "test")]), new MemoryStream(Latin1.Encode(body)), new(_lists.Folder, Context.Message.Id.Value.Text));
    }

    public IReadOnlyList<string> Problems { get; }
    public ExpansionContext Context { get; }
    public string Folder => _lists.Folder;
    public string Copy => Path.Combine(_lists.Folder, "scan", Context.Message.Id!.Value.Text, Context.Message.Id.Value.Text + ".eml");
    /// <summary>Without dates and the message's id.</summary>
    public IReadOnlyList<string> Log => [.. _lists.Log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(Context.Message.Id!.Value.Text + " ", 2)[^1])];
    public string Variable(string name) => Template.Parse($"${{{name}}}", SourceLocation.BuiltIn("test")).Expand(Context).Text;

    /// <summary>Lines between "|"; "accept" follows.</summary>
    public async Task<string> RunAsync(string list)
    {
        var (options, problems, at) = (new Template?[Enum.GetValues<AclWhere>().Length], new ProblemList(), new SourceLocation("test.conf", 1, 1));
        options[(int)AclWhere.Data] = Template.Parse("main", at);
        var set = AclSet.Load([new("main", at, [.. $"{list}|accept".Split('|').Select(line => new LogicalLine(line, at))])], options, problems);
        Assert.Empty(problems.All);
        var verdict = await new AclRunner(set, null) { Content = _options }.RunAsync(AclWhere.Data, new() { Content = _content }, Context, CancellationToken.None);
        return verdict.Kind.ToString();
    }

    public void Dispose()
    {
        _content.Dispose();
        Assert.False(Directory.Exists(Path.GetDirectoryName(Copy)));
        _lists.Dispose();
    }
}
