using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScriptMta.Tests.Reception.Dialogues;

/// <summary>How the bytes of a client arrive: in one read, a line a read, or each alone; in plain text or through TLS.</summary>
enum Pace { Whole, Lines, Bytes, WholeInTls, LinesInTls, BytesInTls }

/// <summary>A client that says what it has to say at its pace, whatever it is answered, and keeps the answers. Stream is the server's end.</summary>
sealed class PacedClient : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly Lazy<X509Certificate2> Certificate = new(MakeCertificate);

    readonly Task _client = Task.CompletedTask;
    readonly SslStream? _serverSide;
    readonly PipeWriter? _answers;

    public PacedClient(byte[] input, MemoryStream output, Pace pace)
    {
        var paced = new PacedStream(input, output, pace switch { Pace.Whole or Pace.WholeInTls => Pace.Whole, Pace.Lines or Pace.LinesInTls => Pace.Lines, _ => Pace.Bytes });
        Stream = paced;
        if (pace < Pace.WholeInTls) return;
        var (toServer, toClient) = (new Pipe(new(pauseWriterThreshold: 0)), new Pipe(new(pauseWriterThreshold: 0)));
        _answers = toClient.Writer;
        Stream = _serverSide = new SslStream(new DuplexStream(toServer.Reader.AsStream(), toClient.Writer.AsStream()));
        _client = SpeakAsync(new SslStream(new DuplexStream(toClient.Reader.AsStream(), toServer.Writer.AsStream()), false, static (_, shown, _, _) => Certificate.Value.Equals(shown)), toServer.Writer, paced, input, output);
        Shaken = _serverSide.AuthenticateAsServerAsync(Certificate.Value);
    }

    public Stream Stream { get; }
    /// <summary>The handshake is over: nothing is read before.</summary>
    public Task Shaken { get; } = Task.CompletedTask;

    /// <summary>The session is over: all its answers are in.</summary>
    public async Task FinishAsync()
    {
        if (_serverSide is not null) await _serverSide.DisposeAsync();
        if (_answers is not null) await _answers.CompleteAsync();
        await _client.WaitAsync(Patience);
    }

    public void Dispose() => _serverSide?.Dispose();

    static async Task SpeakAsync(SslStream stream, PipeWriter plain, PacedStream paced, byte[] input, MemoryStream output)
    {
        Task answers;
        try
        {
            await stream.AuthenticateAsClientAsync("mail.test.example");
            answers = ReadAsync(stream, output);
            var buffer = new byte[Math.Max(1, input.Length)];
            int length;
            while ((length = await paced.ReadAsync(buffer)) > 0) await stream.WriteAsync(buffer.AsMemory(0, length));
        }
        finally { await plain.CompleteAsync(); }
        await answers;
        await stream.DisposeAsync();
    }

    static async Task ReadAsync(SslStream stream, MemoryStream output)
    {
        var buffer = new byte[4096];
        int length;
        while ((length = await stream.ReadAsync(buffer)) > 0) output.Write(buffer, 0, length);
    }

    static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mail.test.example", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}

/// <summary>Gives the input piece by piece, and takes what is written.</summary>
sealed class PacedStream(byte[] input, MemoryStream output, Pace pace) : Stream
{
    int _at;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var left = input.AsMemory(_at);
        var piece = pace switch
        {
            Pace.Whole => left.Length,
            Pace.Bytes => 1,
            _ => left.Span.IndexOf((byte)'\n') is >= 0 and var end ? end + 1 : left.Length,
        };
        var count = Math.Min(Math.Min(piece, left.Length), buffer.Length);
        left[..count].CopyTo(buffer);
        _at += count;
        return new(count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        output.Write(buffer.Span);
        return default;
    }

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
