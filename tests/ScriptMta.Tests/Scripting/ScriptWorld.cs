using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Mail;
using ScriptMta.Scripting;
using ScriptMta.Tests.Expansion.Lists;

namespace ScriptMta.Tests.Scripting;

/// <summary>A pool over one script given as text, and contexts with a message to call it for.</summary>
sealed class ScriptWorld : IDisposable
{
    /// <summary>Where a test is not about time: far more than any script takes on a machine that does much else.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly ListWorld _lists = new();

    public ScriptWorld(string script, TimeSpan? time = null, int statements = ScriptOptions.DefaultStatementLimit, int bodyLimit = ScriptOptions.DefaultBodyLimit)
    {
        _lists.Write("test.js", script);
        Pool = ScriptEnginePool.Load(new() { Files = ["test.js"], TimeLimit = time ?? Patience, StatementLimit = statements, BodyLimit = bodyLimit }, ConfigFile, Problems, SourceLocation.BuiltIn("conf"))!;
    }

    public ScriptEnginePool Pool { get; }
    public ProblemList Problems { get; } = new();
    public string Log => _lists.Log.ToString();
    public string Folder => _lists.Folder;
    string ConfigFile => Path.Combine(_lists.Folder, "scriptmta.conf");

    public void Write(string name, string text) => _lists.Write(name, text);

    public ExpansionContext Context(params string[] headers)
    {
        var context = new ExpansionContext { Environment = _lists.Environment with { Scripts = Pool, ConfigFile = ConfigFile } };
        context.Message.Sender = MailAddress.Split("sender@far.example");
        context.Message.Recipients.Add(MailAddress.Split("support@example.com"));
        context.Message.Headers = new([.. headers.Select(h => new HeaderField(h[..h.IndexOf(':')], h[(h.IndexOf(':') + 1)..]))]);
        context.Message.BodyStart = limit => Latin1.Encode("the body")[..Math.Min(limit, 8)];
        context.Connection.HostAddress = "192.0.2.1";
        context.Connection.TlsCipher = "TLS1.3:TLS_AES_256_GCM_SHA384:256";
        context.Address = new() { LocalPart = "support", Domain = "example.com" };
        return context;
    }

    public string Call(string function, params Value[] arguments)
    {
        var result = Pool.Call(function, arguments, Context("Subject: Hello"));
        return result.IsOk ? result.Text : $"{result.Kind}: {result.Error}";
    }

    public void Dispose()
    {
        Pool?.Dispose();
        _lists.Dispose();
    }
}
