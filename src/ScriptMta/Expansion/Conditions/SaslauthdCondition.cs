using System.Buffers.Binary;
using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>
/// saslauthd{{user}{password}{service}{realm}}: asks Cyrus's saslauthd over its Unix socket. Four texts with two bytes of length before each go out, one comes back, which begins with
/// "OK" or "NO"; anything else is an error with that text.
/// </summary>
static class SaslauthdCondition
{
    /// <summary>Debian's.</summary>
    public const string DefaultSocket = "/var/run/saslauthd/mux";

    const int Fewest = 2, Most = 4;
    const int LengthBytes = 2;

    // saslauthd may ask a directory or PAM, which takes its time over a wrong password; no client waits longer for an AUTH.
    static readonly SocketOptions Patience = SocketOptions.Default with { Timeout = TimeSpan.FromSeconds(30), ShutsDown = false, AnswerHasLength = true };

    public static Condition? Read(TemplateReader reader, string name)
    {
        reader.SkipSpace();
        if (!reader.Take('{')) return Fail(reader, $"missing {{ after \"{name}\"");
        if (ArgumentGrammar.ReadSome(reader, name, 0, Most) is not { } arguments) return null;
        if (arguments.Length < Fewest || !reader.Take('}')) return Fail(reader, $"too few arguments or bracketing error for {name}");
        return new CallCondition(Test, arguments);
    }

    static ExpandedKind Test(Evaluation evaluation, Value[] arguments, out bool yes)
    {
        var path = evaluation.Context.Environment.SaslauthdSocket;
        yes = false;
        if (arguments.Any(argument => argument.Text.Length > ushort.MaxValue)) return evaluation.Fail($"an argument of saslauthd is longer than {ushort.MaxValue} bytes");
        var answer = SocketExchange.Ask(path, Request(arguments), Patience, evaluation.Context);
        if (answer.Error is { } error) return evaluation.Defer(error.Replace($"failed to connect to socket {path}", $"cannot connect to saslauthd daemon at {path}", StringComparison.Ordinal));
        yes = answer.Text.StartsWith("OK", StringComparison.Ordinal);
        if (yes || answer.Text.StartsWith("NO", StringComparison.Ordinal)) return ExpandedKind.Ok;
        return evaluation.Defer(answer.Text.Length > 0 ? answer.Text : "saslauthd gave no answer");
    }

    static string Request(Value[] arguments)
    {
        var request = new StringBuilder();
        Span<byte> length = stackalloc byte[LengthBytes];
        for (var i = 0; i < Most; i++)
        {
            var text = i < arguments.Length ? arguments[i].Text : "";
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)text.Length);
            request.Append(Latin1.Decode(length)).Append(text);
        }
        return request.ToString();
    }

    static Condition? Fail(TemplateReader reader, string error)
    {
        reader.FailBraces(error);
        return null;
    }
}
