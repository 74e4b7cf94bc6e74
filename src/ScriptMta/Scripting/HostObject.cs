using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Scripting;

/// <summary>
/// The object that a hook gets: message, envelope, connection, recipient and variables, as plain objects made when they are first read. Texts only; nothing of .NET
/// can be reached. Reading any of them means that the call has seen what comes from outside. rules/scriptmta.d.ts describes it.
/// </summary>
static class HostObject
{
    // A body in a script is for looking at, not for copying around: more than this is cut.
    const int BodyLimit = 1 << 20;

    static readonly (string Name, Func<Engine, ExpansionContext, ObjectInstance> Make)[] Parts =
    [
        ("message", Message), ("envelope", Envelope), ("connection", Connection), ("recipient", Recipient), ("variables", Variables),
    ];

    public static JsValue Create(Engine engine, ExpansionContext context, CleanTexts clean)
    {
        var host = engine.Object.Construct([]);
        foreach (var (name, make) in Parts)
        {
            JsValue? made = null;
            var getter = new ClrFunctionInstance(engine, (_, _) =>
            {
                clean.SeenOutside = true;
                return made ??= new JsValue(make(engine, context));
            });
            host.FastSetProperty(name, new PropertyDescriptor(new JsValue(getter), JsValue.Undefined, true, false));
        }
        host.FastAddProperty("dryRun", new JsValue(context.DryRun), false, true, false);
        return new(host);
    }

    static ObjectInstance Message(Engine engine, ExpansionContext context)
    {
        var facts = context.Message;
        var message = engine.Object.Construct([]);
        Set(message, "id", facts.Id?.Text ?? "");
        Set(message, "sender", facts.Sender?.ToString() ?? "");
        Set(message, "subject", EncodedWords.Decode(facts.Headers?.First("Subject")?.Unfolded ?? ""));
        message.FastAddProperty("size", new JsValue((double)facts.Size), false, true, false);
        message.FastAddProperty("headers", new JsValue(Headers(engine, facts)), false, true, false);
        message.FastAddProperty("body", Function(engine, arguments => JsText.ToJs(Body(facts, arguments))), false, true, false);
        return message;
    }

    static ObjectInstance Headers(Engine engine, MessageFacts facts)
    {
        var headers = engine.Object.Construct([]);
        headers.FastAddProperty("get", Function(engine, arguments => facts.Headers?.First(Text(arguments)) is { } field ? JsText.ToJs(EncodedWords.Decode(field.Unfolded)) : JsValue.Null), false, true, false);
        headers.FastAddProperty("all", Function(engine, arguments => Array(engine, facts.Headers?.All(Text(arguments)).Select(f => EncodedWords.Decode(f.Unfolded)) ?? [])), false, true, false);
        headers.FastAddProperty("names", Function(engine, _ => Array(engine, facts.Headers?.Fields.Select(f => f.Name) ?? [])), false, true, false);
        return headers;
    }

    static ObjectInstance Envelope(Engine engine, ExpansionContext context)
    {
        var envelope = engine.Object.Construct([]);
        Set(envelope, "sender", context.Message.Sender?.ToString() ?? "");
        envelope.FastAddProperty("recipients", Array(engine, context.Message.Recipients.Select(r => r.ToString())), false, true, false);
        return envelope;
    }

    static ObjectInstance Connection(Engine engine, ExpansionContext context)
    {
        var facts = context.Connection;
        var connection = engine.Object.Construct([]);
        Set(connection, "hostAddress", facts.HostAddress);
        Set(connection, "hostName", facts.HostName);
        Set(connection, "helo", facts.HeloName);
        Set(connection, "protocol", facts.Protocol);
        Set(connection, "authenticatedId", facts.AuthenticatedId);
        Set(connection, "tlsCipher", facts.TlsCipher);
        Set(connection, "interfaceAddress", facts.InterfaceAddress);
        foreach (var (name, number) in (ReadOnlySpan<(string, int)>)[("hostPort", facts.HostPort), ("interfacePort", facts.InterfacePort)])
            connection.FastAddProperty(name, new JsValue((double)number), false, true, false);
        return connection;
    }

    static ObjectInstance Recipient(Engine engine, ExpansionContext context)
    {
        var facts = context.Address;
        var recipient = engine.Object.Construct([]);
        Set(recipient, "localPart", facts.LocalPart);
        Set(recipient, "domain", facts.Domain);
        Set(recipient, "address", new MailAddress(facts.LocalPart, facts.Domain).ToString());
        Set(recipient, "prefix", facts.Prefix);
        Set(recipient, "suffix", facts.Suffix);
        return recipient;
    }

    static ObjectInstance Variables(Engine engine, ExpansionContext context)
    {
        var variables = engine.Object.Construct([]);
        foreach (var (prefix, values) in (ReadOnlySpan<(string, Dictionary<string, Value>)>)
            [("acl_c", context.Connection.AclVariables), ("acl_m", context.Message.AclVariables), ("r_", context.Address.RouterVariables)])
            foreach (var (name, value) in values) Set(variables, prefix + name, value.Text);
        return variables;
    }

    static string Body(MessageFacts facts, JsValue[] arguments)
    {
        var limit = arguments.Length > 0 ? Math.Clamp(TypeConverter.ToInt32(arguments[0]), 0, BodyLimit) : BodyLimit;
        return facts.BodyStart is { } read ? Latin1.Decode(read(limit)) : "";
    }

    static ClrFunctionInstance Function(Engine engine, Func<JsValue[], JsValue> run) => new(engine, (_, arguments) => run(arguments));

    static JsValue Array(Engine engine, IEnumerable<string> items) => new(engine.Array.Construct([.. items.Select(JsText.ToJs)]));

    static void Set(ObjectInstance target, string name, string text) => target.FastAddProperty(name, JsText.ToJs(text), false, true, false);

    static string Text(JsValue[] arguments) => arguments.Length > 0 ? JsText.FromJs(arguments[0]) : "";
}
