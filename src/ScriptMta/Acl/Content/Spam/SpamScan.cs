using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>Asks the servers of spamd_address, the best first, until one can be reached. What that one says counts, or fails.</summary>
sealed class SpamScan(ContentOptions options, ExpansionContext context)
{
    /// <summary>A report is for header fields and replies: what is beyond is left out.</summary>
    const int LongestAnswer = 64 * 1024;

    /// <summary>Null when it cannot be told now; already logged.</summary>
    public async ValueTask<SpamVerdict?> AskAsync(string user, MessageContent content, CancellationToken cancel)
    {
        if (options.SpamdAddress.Read(context, out var error) is not { } list) return Failed(error);
        var servers = SpamServer.ParseList(list, warning => ContentLog.Spam(context, warning));
        if (servers.Count == 0) return Failed("no useable spamd server addresses in spamd_address configuration option.");
        var now = context.Environment.Clock.GetLocalNow().TimeOfDay;
        servers.RemoveAll(s => !s.IsOpen(now));
        while (servers.Count > 0)
        {
            var server = Choose(servers);
            servers.Remove(server);
            ScannerConnection connection;
            try { connection = await ScannerConnection.OpenAsync(server.Place, server.Limit, context, cancel).ConfigureAwait(false); }
            catch (ScannerException failure)
            {
                ContentLog.Spam(context, $"spamd: {failure.Message}");
                continue;
            }
            using (connection) return await TalkAsync(connection, server, user, content).ConfigureAwait(false);
        }
        return Failed("all spamd servers failed");
    }

    async ValueTask<SpamVerdict?> TalkAsync(ScannerConnection connection, SpamServer server, string user, MessageContent content)
    {
        var place = context.Variables["callout_address"].Text;
        try
        {
            using var file = File.OpenRead(content.MboxFile(context));
            await connection.WriteAsync(SpamProtocols.Request(server, user, file.Length, context)).ConfigureAwait(false);
            await connection.CopyAsync(file).ConfigureAwait(false);
            connection.EndSending();
        }
        catch (ScannerException failure) { return Failed($"spamd {place} send failed: {failure.Message}"); }
        catch (IOException failure) { return Failed($"error while creating mbox spool file: {failure.Message}"); }
        try
        {
            var answer = await connection.ReadAsync(LongestAnswer).ConfigureAwait(false);
            return SpamProtocols.Read(server, answer) ?? Failed($"cannot parse spamd {place} output");
        }
        catch (ScannerException failure) { return Failed($"error reading from spamd {place}, socket: {failure.Message}"); }
    }

    /// <summary>By chance among those of the highest priority, each as often as its weight says.</summary>
    SpamServer Choose(List<SpamServer> servers)
    {
        var best = servers.Where(s => s.Priority == servers.Max(o => o.Priority)).ToList();
        var number = context.Environment.Random.NextInt64(Math.Max(1, best.Sum(s => (long)s.Weight)));
        foreach (var server in best)
            if ((number -= server.Weight) < 0) return server;
        return best[^1];
    }

    SpamVerdict? Failed(string reason)
    {
        ContentLog.Spam(context, reason);
        return null;
    }
}
