using System.IO.Pipelines;
using System.Net.Security;
using ScriptMta.Common;
using ScriptMta.Network;

namespace ScriptMta.Fuzz;

/// <summary>A client that says EHLO and STARTTLS, shakes hands, and then says the input, hearing what it is answered. ServerEnd is what the session speaks to.</summary>
sealed class TlsClient
{
    readonly Pipe _toServer = new(new PipeOptions(pauseWriterThreshold: 0)), _toClient = new(new PipeOptions(pauseWriterThreshold: 0));

    public TlsClient() => ServerEnd = new StreamPair(_toServer.Reader.AsStream(), _toClient.Writer.AsStream());

    public Stream ServerEnd { get; }

    /// <summary>Runs the server's side as well; gives what was answered within TLS.</summary>
    public async Task<string> ConverseAsync(byte[] input, Task server)
    {
        var plain = new StreamPair(_toClient.Reader.AsStream(), _toServer.Writer.AsStream());
        await plain.WriteAsync("EHLO client.example\r\n"u8.ToArray());
        await HearAsync(plain, "250 ");
        await plain.WriteAsync("STARTTLS\r\n"u8.ToArray());
        await HearAsync(plain, "220 ");
        await using var secure = new SslStream(plain, leaveInnerStreamOpen: true, static (_, shown, _, _) => shown is not null);
        await secure.AuthenticateAsClientAsync("client.example");
        await secure.WriteAsync(input);
        await _toServer.Writer.CompleteAsync();
        await server;
        await _toClient.Writer.CompleteAsync();
        using var output = new MemoryStream();
        await secure.CopyToAsync(output);
        return Latin1.Decode(output.ToArray());
    }

    /// <summary>Up to a line that begins so.</summary>
    static async Task HearAsync(Stream stream, string last)
    {
        var (heard, one) = ("", new byte[1]);
        while (!(heard.EndsWith('\n') && heard.Split('\n')[^2].StartsWith(last, StringComparison.Ordinal)))
        {
            if (await stream.ReadAsync(one) == 0) throw new InvalidOperationException($"the server did not offer TLS: {heard}");
            heard += (char)one[0];
        }
    }
}
