using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ScriptMta.Common;
using ScriptMta.Expansion;
using StackExchange.Redis;

namespace ScriptMta.Lookups;

/// <summary>One connection to each Redis server for all sessions; the driver mends it in the background.</summary>
sealed class RedisClient
{
    const int DefaultPort = 6379;

    readonly ConcurrentDictionary<string, ConnectionMultiplexer> _servers = new(StringComparer.Ordinal);
    readonly Lock _opening = new();

    public LookupResult Ask(string[] parts, string query)
    {
        if (RedisCommand.Words(query) is not { } words) return new LookupResult.Deferred($"REDIS: query failed: more than {RedisCommand.MostWords} words in a command");
        if (words.Count == 0) return LookupResult.NotFound.Instance;
        if (OptionsOf(parts, out var error) is not { } options) return new LookupResult.Deferred(error);
        // The driver would wait out its time limit for one that is not there.
        if (options.EndPoints[0] is UnixDomainSocketEndPoint && !File.Exists(Latin1.ToUnicode(parts[0][1..].TrimEnd(')')))) return new LookupResult.Deferred("REDIS connection failed: No such file or directory");
        ConnectionMultiplexer server;
        try { server = Connected(string.Join('/', parts), options); }
        catch (RedisConnectionException failure) { return new LookupResult.Deferred($"REDIS connection failed: {RedisFailure.Reason(failure)}"); }
        try { return Outcome(server.GetDatabase().Execute(words[0], [.. words.Skip(1).Select(word => (object)Latin1.Encode(word))])); }
        catch (RedisServerException failure) { return new LookupResult.Deferred($"REDIS: lookup result failed: {Latin1.FromUnicode(failure.Message)}\n"); }
        catch (RedisConnectionException failure) { return new LookupResult.Deferred($"REDIS connection failed: {RedisFailure.Reason(failure)}"); }
        catch (RedisTimeoutException) { return new LookupResult.Deferred($"REDIS: query failed: no answer within {DatabaseLimits.QuerySeconds} s"); }
        catch (RedisCommandException failure) { return new LookupResult.Deferred($"REDIS: query failed: {Latin1.FromUnicode(failure.Message)}"); }
    }

    ConnectionMultiplexer Connected(string key, ConfigurationOptions options)
    {
        if (_servers.TryGetValue(key, out var known)) return known;
        // One caller connects; the others would each make a connection for nothing.
        lock (_opening) return _servers.TryGetValue(key, out known) ? known : _servers[key] = ConnectionMultiplexer.Connect(options);
    }

    static ConfigurationOptions? OptionsOf(string[] parts, out string error)
    {
        error = "";
        var number = 0;
        if (parts[1].Length > 0 && !int.TryParse(parts[1], System.Globalization.NumberStyles.None, null, out number)) error = $"REDIS connection failed: \"{parts[1]}\" is not a database number";
        if (EndPointOf(parts[0]) is not { } place) error = $"REDIS connection failed: \"{parts[0]}\" is neither host:port nor a socket in parentheses";
        else if (error.Length == 0)
            return new ConfigurationOptions
            {
                EndPoints = { place }, DefaultDatabase = number, Password = parts[2].Length > 0 ? Latin1.ToUnicode(parts[2]) : null, ClientName = "scriptmta", AllowAdmin = true,
                ConnectTimeout = DatabaseLimits.ConnectSeconds * 1000, SyncTimeout = DatabaseLimits.QuerySeconds * 1000, AsyncTimeout = DatabaseLimits.QuerySeconds * 1000, ConnectRetry = 1,
                // While a server is away, its lookups defer at once and the next server is asked.
                BacklogPolicy = BacklogPolicy.FailFast,
            };
        return null;
    }

    static EndPoint? EndPointOf(string text)
    {
        if (text.StartsWith('(')) return text.TrimEnd(')') is { Length: > 1 } path ? new UnixDomainSocketEndPoint(Latin1.ToUnicode(path[1..])) : null;
        var colon = text.LastIndexOf(':');
        var port = DefaultPort;
        if (colon >= 0 && !text.EndsWith(']') && (!int.TryParse(text.AsSpan(colon + 1), out port) || port is <= 0 or > ushort.MaxValue)) return null;
        var host = (colon < 0 || text.EndsWith(']') ? text : text[..colon]).Trim('[', ']');
        return host.Length == 0 ? null : IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port);
    }

    static LookupResult Outcome(RedisResult result)
    {
        if (result.IsNull) return LookupResult.NotFound.Instance;
        var text = RedisText.Of(result);
        return text is null ? new LookupResult.Deferred(DatabaseLimits.TooLarge) : new LookupResult.Found(Value.Clean(text));
    }
}
