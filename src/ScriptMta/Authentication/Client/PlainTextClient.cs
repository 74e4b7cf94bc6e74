using System.Text;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Authentication;

/// <summary>driver = plaintext as a client (Exim 34.7): the items of client_send, one after the other; the prompts between them become $auth1 to $auth3.</summary>
static class PlainTextClient
{
    const int MostPrompts = 3;

    public static ClientMechanism? Make(ClientBlock block)
    {
        if (block.Options.Text("client_send") is not { } text) return null;
        var items = ListSyntax.Split(text.Text).Select(i => block.Options.Checked("client_send", new OptionText(i.Text, text.At))).ToArray();
        var ignores = block.Options.Bool("client_ignore_invalid_base64", false);
        return items.Length == 0 ? null : (exchange, cancel) => RunAsync(exchange, items, ignores, cancel);
    }

    /// <summary>Also for drivers that send one string.</summary>
    public static async ValueTask<ClientOutcome> RunAsync(ClientExchange exchange, Template[] items, bool ignoresBadPrompts, CancellationToken cancel)
    {
        for (var i = 0; ; i++)
        {
            if (exchange.Expand(items[i], out var failure) is not { } text)
            {
                if (i > 0) await exchange.CancelAsync(cancel).ConfigureAwait(false);
                return failure;
            }
            var data = WithNuls(text);
            // An empty first string is none at all.
            var reply = i > 0 ? await exchange.AnswerAsync(data, cancel).ConfigureAwait(false) : await exchange.BeginAsync(data.Length == 0 ? null : data, cancel).ConfigureAwait(false);
            if (!reply.IsIntermediate) return ClientExchange.End(reply);
            var prompt = ClientExchange.Challenge(reply);
            if (prompt is null && !ignoresBadPrompts)
            {
                await exchange.CancelAsync(cancel).ConfigureAwait(false);
                return new ClientOutcome.Cancelled($"Invalid base64 string in server response \"{reply.Text}\"");
            }
            if (i == items.Length - 1) return new ClientOutcome.Refused(reply);
            if (i < MostPrompts) exchange.Set(i + 1, prompt ?? "");
        }
    }

    /// <summary>"^" is NUL, and "^^" is "^".</summary>
    static string WithNuls(string text)
    {
        if (!text.Contains('^')) return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '^') { result.Append(text[i]); continue; }
            var isDoubled = i + 1 < text.Length && text[i + 1] == '^';
            result.Append(isDoubled ? '^' : '\0');
            if (isDoubled) i++;
        }
        return result.ToString();
    }
}
