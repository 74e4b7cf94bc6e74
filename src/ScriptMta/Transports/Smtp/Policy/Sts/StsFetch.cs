using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ScriptMta.Common;
using ScriptMta.Dns;

namespace ScriptMta.Transports;

/// <summary>Gets policies from https://mta-sts.DOMAIN/.well-known/mta-sts.txt (RFC 8461 3.3): no redirects, no proxies, no more than <see cref="MostBytes"/>, from a server with a certificate for that name.</summary>
sealed class StsFetch : IDisposable
{
    /// <summary>RFC 8461 3.3 proposes the size, and a minute; mail waits meanwhile, so a third of it.</summary>
    public const int MostBytes = 64 << 10;
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);
    const int MostHeaderKilobytes = 16;

    readonly HttpClient _client;
    readonly TimeSpan _limit;
    readonly TimeProvider _clock;

    /// <param name="server">Asked instead of the address of mta-sts.DOMAIN; null = that address.</param>
    /// <param name="authorities">Whom its certificate must come from; null = the system's authorities.</param>
    public StsFetch(IDnsResolver dns, IPEndPoint? server, X509Certificate2Collection? authorities, TimeProvider clock, TimeSpan? limit = null)
    {
        var hosts = new HostResolver(dns, null, Random.Shared);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, UseCookies = false, MaxResponseHeadersLength = MostHeaderKilobytes, AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.Zero, ConnectCallback = (context, cancel) => ConnectAsync(hosts, server, context.DnsEndPoint, cancel),
        };
        if (authorities is not null) handler.SslOptions.CertificateChainPolicy = TrustIn(authorities);
        (_client, _limit, _clock) = (new(handler) { Timeout = Timeout.InfiniteTimeSpan }, limit ?? TimeLimit, clock);
    }

    public async ValueTask<StsFetched> FetchAsync(string domain, string id, CancellationToken cancel)
    {
        using var timer = new CancellationTokenSource(_limit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        try { return await GetAsync(new Uri($"https://mta-sts.{domain}/.well-known/mta-sts.txt"), id, either.Token).ConfigureAwait(false); }
        catch (HttpRequestException error) { return new StsFetched.Failed(error.HttpRequestError == HttpRequestError.SecureConnectionError ? StsFetched.Failed.WebPki : StsFetched.Failed.FetchError, Innermost(error)); }
        catch (IOException error) { return Failed(error.Message); }
        catch (UriFormatException) { return Failed("the domain has no address on the Web"); }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return Failed($"no policy within {_limit.TotalSeconds:0.#}s"); }
    }

    async ValueTask<StsFetched> GetAsync(Uri place, string id, CancellationToken cancel)
    {
        using var response = await _client.GetAsync(place, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK) return Failed($"the server answers {(int)response.StatusCode}");
        if (response.Content.Headers.ContentType?.MediaType is var type && !string.Equals(type, "text/plain", StringComparison.OrdinalIgnoreCase)) return Failed($"the policy is {type ?? "of no type"}, not text/plain");
        await using var body = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        var buffer = new byte[MostBytes + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
        if (length > MostBytes) return Failed($"the policy is longer than {MostBytes >> 10} KB");
        return StsPolicy.Parse(Latin1.Decode(buffer.AsSpan(0, length)), id, out var error) is { } policy ? new StsFetched.Policy(policy) : new StsFetched.Failed(StsFetched.Failed.Invalid, error);
    }

    static StsFetched.Failed Failed(string why) => new(StsFetched.Failed.FetchError, why);

    static string Innermost(Exception error)
    {
        while (error.InnerException is { } inner) error = inner;
        return Latin1.FromUnicode(error.Message.ReplaceLineEndings(" "));
    }

    /// <summary>By our own resolver: the system's may be another one, and could not be told to ask elsewhere.</summary>
    static async ValueTask<Stream> ConnectAsync(HostResolver hosts, IPEndPoint? server, DnsEndPoint target, CancellationToken cancel)
    {
        IPEndPoint[] places = server is not null ? [server] : await hosts.AddressesByDnsAsync(target.Host, AddressOrder.IPv6First, cancel).ConfigureAwait(false) switch
        {
            AddressAnswer.Found found => [.. found.Addresses.Select(a => new IPEndPoint(a, target.Port))],
            AddressAnswer.Again again => throw new IOException(again.Reason),
            _ => throw new IOException($"{target.Host} has no address"),
        };
        Exception? failure = null;
        foreach (var place in places)
        {
            var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(place, cancel).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException error) { failure = error; socket.Dispose(); }
            catch { socket.Dispose(); throw; }
        }
        throw failure!;
    }

    static X509ChainPolicy TrustIn(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    public void Dispose() => _client.Dispose();
}
