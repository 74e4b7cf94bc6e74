using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using ScriptMta.Common;

namespace ScriptMta.Lookups;

/// <summary>What one server came to: an answer, or a text; Stops tells that no other server would say something else.</summary>
readonly record struct LdapReply(LdapFound? Found, LdapOutcome? BindRefusal, string? Error, bool Stops = false);

/// <summary>Connections to LDAP servers. An idle one is used again, bound anew where the user differs.</summary>
sealed class LdapClient(LdapOptions options, TimeProvider clock)
{
    // libldap's own limit.
    const int MostReferrals = 5;

    readonly ConcurrentDictionary<LdapServer, ConcurrentBag<LdapSession>> _idle = new();

    /// <param name="searches">False: the bind is all that is wanted, with the given user and password, on a connection of its own.</param>
    public LdapReply Ask(LdapServer server, string place, LdapQuery query, LdapUrl url, bool searches)
    {
        var (user, password) = (query.User ?? "", query.Password ?? "");
        for (var known = searches ? Take(server) : null; ; known = null)
        {
            var session = known;
            try
            {
                session ??= Open(server, query);
                if (!session.IsBoundAs(user, password) && session.Bind(options.Version, user, password) is { Code: not LdapResultCode.Success } refusal)
                {
                    session.Dispose();
                    return new(null, refusal, $"failed to bind the LDAP connection to server {place} - LDAP error {refusal.Code}: {LdapResultCode.Text(refusal.Code)}");
                }
                var found = searches ? session.Search(query, url) : new([], default);
                Keep(server, session, searches);
                return found is null ? new(null, null, $"ldap_search failed: {LdapResultCode.FilterError}, {LdapResultCode.Text(LdapResultCode.FilterError)}", Stops: true)
                    : new(query.FollowsReferrals ? Followed(found, query, url, MostReferrals) : found, null, null);
            }
            catch (Exception failure) when (IsLoss(failure))
            {
                session?.Dispose();
                // The server may have closed a connection that lay idle; a new one tells.
                if (known is null) return new(null, null, $"failed to bind the LDAP connection to server {place} - ldap_bind() returned -1{Reason(failure)}");
            }
        }
    }

    LdapSession Open(LdapServer server, LdapQuery query)
    {
        var (connect, read) = query.NetworkSeconds > 0
            ? (TimeSpan.FromSeconds(query.NetworkSeconds), TimeSpan.FromSeconds(query.NetworkSeconds))
            : (TimeSpan.FromSeconds(DatabaseLimits.ConnectSeconds), TimeSpan.FromSeconds(DatabaseLimits.QuerySeconds));
        var stream = LdapStream.Connect(server, connect, read);
        try
        {
            var session = new LdapSession(stream, clock, read);
            if (options.StartTls && !server.IsTls && !server.IsSocket && session.StartTls() is { Code: not LdapResultCode.Success } refusal)
                throw new AuthenticationException($"the server does not start TLS: {LdapResultCode.Text(refusal.Code)}");
            if (server.IsTls || (options.StartTls && !server.IsSocket)) stream.Encrypt(Latin1.ToUnicode(server.Host), options);
            return session;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    LdapSession? Take(LdapServer server) => _idle.TryGetValue(server, out var idle) && idle.TryTake(out var session) ? session : null;

    void Keep(LdapServer server, LdapSession session, bool searched)
    {
        var idle = _idle.GetOrAdd(server, _ => []);
        // One that was bound to try a password is not left lying with it.
        if (searched && idle.Count < DatabaseLimits.Connections) idle.Add(session);
        else session.Dispose();
    }

    /// <summary>Asks the servers that this one refers to, without a user as libldap does. If none of them answers, the referral stays the answer.</summary>
    LdapFound Followed(LdapFound found, LdapQuery query, LdapUrl url, int hops)
    {
        if (found.Outcome.Code != LdapResultCode.Referral || hops == 0) return found;
        foreach (var text in found.Outcome.Referrals)
        {
            if (LdapUrl.Parse(text, out _) is not { } other || LdapServer.Of(other, other.Host, other.Port) is not { } server) continue;
            var target = url with { BaseName = other.BaseName.Length > 0 ? other.BaseName : url.BaseName, Scope = text.Count(c => c == '?') >= 2 ? other.Scope : url.Scope };
            var asked = query.Anonymous();
            if (Ask(server, server.Place(true), asked, target, searches: true).Found is { } more) return Followed(more, asked, target, hops - 1);
        }
        return found;
    }

    static bool IsLoss(Exception failure) =>
        failure is IOException or SocketException or OperationCanceledException or InvalidDataException or AsnContentException or AuthenticationException or CryptographicException
            or ObjectDisposedException or ArgumentException or NotSupportedException or InvalidOperationException or UnauthorizedAccessException;

    /// <summary>What Exim's text leaves out and its reader wants to know.</summary>
    static string Reason(Exception failure) => failure switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.AddressNotAvailable or SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } => "",
        ArgumentException => "",
        OperationCanceledException => " (timed out)",
        _ => $" ({Latin1.FromUnicode(failure.Message)})",
    };
}
