using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ScriptMta.Common;

namespace ScriptMta.Lookups;

/// <summary>A connection as bytes: TCP, TLS or a Unix socket, with a limit for each read and write; and its framing into messages.</summary>
sealed class LdapStream : IDisposable
{
    // The form of BER that LDAP uses: one byte of tag, and a length of one byte or of up to four more.
    const int LongestHeader = 6;

    Stream _stream;

    LdapStream(Socket socket, TimeSpan limit)
    {
        socket.SendTimeout = socket.ReceiveTimeout = (int)limit.TotalMilliseconds;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Throws SocketException, or OperationCanceledException when the time is over.</summary>
    public static LdapStream Connect(LdapServer server, TimeSpan connectLimit, TimeSpan readLimit)
    {
        var socket = server.IsSocket ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var timer = new CancellationTokenSource(connectLimit);
            var host = Latin1.ToUnicode(server.Host);
            var connecting = server.IsSocket ? socket.ConnectAsync(new UnixDomainSocketEndPoint(host), timer.Token) : socket.ConnectAsync(host, server.Port, timer.Token);
            connecting.AsTask().GetAwaiter().GetResult();
            return new(socket, readLimit);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Throws AuthenticationException when the server's certificate is not good enough.</summary>
    public void Encrypt(string host, LdapOptions options)
    {
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = tls;
        var sslOptions = new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = LdapTrust.PolicyOf(options) };
        sslOptions.RemoteCertificateValidationCallback = (_, _, _, errors) => errors == SslPolicyErrors.None || LdapTrust.TakesAny(options);
        if (options.CertificateFile is { } file) sslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(Latin1.ToUnicode(file), options.KeyFile is { } key ? Latin1.ToUnicode(key) : null)];
        tls.AuthenticateAsClient(sslOptions);
    }

    public void Write(byte[] message)
    {
        _stream.Write(message);
        _stream.Flush();
    }

    /// <summary>The next whole message. Throws IOException at the end or after the time limit, InvalidDataException for what cannot be one.</summary>
    public byte[] Read()
    {
        Span<byte> header = stackalloc byte[LongestHeader];
        _stream.ReadExactly(header[..2]);
        var size = (int)header[1];
        var more = 0;
        if (size > 0x7f)
        {
            more = size & 0x7f;
            if (more is 0 or > 4) throw new InvalidDataException("not an LDAP message");
            _stream.ReadExactly(header.Slice(2, more));
            long length = 0;
            foreach (var b in header.Slice(2, more)) length = length << 8 | b;
            if (length > DatabaseLimits.ResultBytes) throw new InvalidDataException(DatabaseLimits.TooLarge);
            size = (int)length;
        }
        var message = new byte[2 + more + size];
        header[..(2 + more)].CopyTo(message);
        _stream.ReadExactly(message.AsSpan(2 + more));
        return message;
    }

    public void Dispose() => _stream.Dispose();
}
