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
    static readonly (string Name, Func<Engine, ExpansionContext, ObjectInstance> Make)[] Parts =
    [
        ("envelope", Envelope), ("connection", Connection), ("recipient", Recipient), ("variables", Variables),
    ];

    public static JsValue Create(Engine engine, ExpansionContext context, CleanTexts clean, int bodyLimit)
    {
        var host = engine.Object.Construct([]);
        Add(host, "message", engine, clean, () => Message(engine, context.Message, bodyLimit));
        foreach (var (name, make) in Parts) Add(host, name, engine, clean, () => make(engine, context));
        host.FastAddProperty("dryRun", new JsValue(context.DryRun), false, true, false);
        return new(host);
    }

    /// <summary>Made when it is first read, and then the same object.</summary>
    static void Add(ObjectInstance host, string name, Engine engine, CleanTexts clean, Func<ObjectInstance> make)
    {
        JsValue? made = null;
        var getter = new ClrFunctionInstance(engine, (_, _) =>
        {
            clean.SeenOutside = true;
            return made ??= new JsValue(make());
        });
        host.FastSetProperty(name, new PropertyDescriptor(new JsValue(getter), JsValue.Undefined, true, false));
    }

    static ObjectInstance Message(Engine engine, MessageFacts facts, int bodyLimit)
    {
        var message = engine.Object.Construct([]);
        Set(message, "id", facts.Id?.Text ?? "");
        Set(message, "sender", facts.Sender?.ToString() ?? "");
        Set(message, "subject", EncodedWords.Decode(facts.Headers?.First("Subject")?.Unfolded ?? ""));
        message.FastAddProperty("size", new JsValue((double)facts.Size), false, true, false);
        message.FastAddProperty("headers", new JsValue(Headers(engine, facts)), false, true, false);
        message.FastAddProperty("body", Function(engine, arguments => JsText.ToJs(Body(facts, arguments, bodyLimit))), false, true, false);
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
        Set(connection, "ident", facts.Ident);
        Set(connection, "authenticatedId", facts.AuthenticatedId);
        Set(connection, "authenticator", facts.Authenticator);
        Set(connection, "tlsCipher", facts.TlsCipher);
        connection.FastAddProperty("tls", facts.TlsCipher.Length == 0 ? JsValue.Null : new JsValue(Tls(engine, context)), false, true, false);
        Set(connection, "interfaceAddress", facts.InterfaceAddress);
        foreach (var (name, number) in (ReadOnlySpan<(string, int)>)[("hostPort", facts.HostPort), ("interfacePort", facts.InterfacePort)])
            connection.FastAddProperty(name, new JsValue((double)number), false, true, false);
        return connection;
    }

    /// <summary>By the variables, which are what the rules see.</summary>
    static ObjectInstance Tls(Engine engine, ExpansionContext context)
    {
        var tls = engine.Object.Construct([]);
        foreach (var (name, variable) in (ReadOnlySpan<(string, string)>)[("version", "tls_in_ver"), ("cipher", "tls_in_cipher"), ("serverName", "tls_in_sni"), ("peerName", "tls_in_peerdn")])
            Set(tls, name, VariableText.Of(variable, context)?.Text ?? "");
        tls.FastAddProperty("isPeerVerified", new JsValue(VariableText.Of("tls_in_certificate_verified", context)?.Text == "1"), false, true, false);
        return tls;
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

    static string Body(MessageFacts facts, JsValue[] arguments, int bodyLimit)
    {
        var limit = arguments.Length > 0 ? Math.Clamp(TypeConverter.ToInt32(arguments[0]), 0, bodyLimit) : bodyLimit;
        return facts.BodyStart is { } read ? Latin1.Decode(read(limit)) : "";
    }

    static ClrFunctionInstance Function(Engine engine, Func<JsValue[], JsValue> run) => new(engine, (_, arguments) => run(arguments));

    static JsValue Array(Engine engine, IEnumerable<string> items) => new(engine.Array.Construct([.. items.Select(JsText.ToJs)]));

    static void Set(ObjectInstance target, string name, string text) => target.FastAddProperty(name, JsText.ToJs(text), false, true, false);

    static string Text(JsValue[] arguments) => arguments.Length > 0 ? JsText.FromJs(arguments[0]) : "";
}
