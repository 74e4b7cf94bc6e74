using System.Formats.Asn1;

namespace ScriptMta.Lookups;

/// <summary>What a search gave, and how it ended.</summary>
sealed record LdapFound(IReadOnlyList<LdapEntry> Entries, LdapOutcome Outcome);

/// <summary>One connection to a server, used by one caller at a time. After an exception it is of no more use.</summary>
/// <param name="limit">For each operation as a whole; a server that dribbles must not hold its caller.</param>
sealed class LdapSession(LdapStream stream, TimeProvider clock, TimeSpan limit) : IDisposable
{
    int _lastId;
    long _started;
    (string User, string Password)? _bound;

    public bool IsBoundAs(string user, string password) => _bound == (user, password);

    public LdapOutcome StartTls()
    {
        Send(LdapMessage.StartTls(++_lastId));
        return LdapMessage.Outcome(Expect(LdapOperation.ExtendedResponse));
    }

    public LdapOutcome Bind(int version, string user, string password)
    {
        _bound = null;
        Send(LdapMessage.Bind(++_lastId, version, user, password));
        var outcome = LdapMessage.Outcome(Expect(LdapOperation.BindResponse));
        if (outcome.Code == LdapResultCode.Success) _bound = (user, password);
        return outcome;
    }

    /// <summary>Null when the filter is no filter.</summary>
    public LdapFound? Search(LdapQuery query, LdapUrl url)
    {
        if (LdapMessage.Search(++_lastId, query, url) is not { } request) return null;
        Send(request);
        var (entries, size) = (new List<LdapEntry>(), 0L);
        while (true)
        {
            var reader = Next(out var operation, out var length);
            if ((size += length) > DatabaseLimits.ResultBytes) throw new InvalidDataException(DatabaseLimits.TooLarge);
            switch (operation)
            {
                case LdapOperation.SearchEntry: entries.Add(LdapMessage.Entry(reader)); break;
                // Where other servers have more: Exim asks none of them.
                case LdapOperation.SearchReference: break;
                case LdapOperation.SearchDone: return new(entries, LdapMessage.Outcome(reader));
                default: throw new InvalidDataException($"unexpected LDAP message {(int)operation}");
            }
        }
    }

    public void Dispose() => stream.Dispose();

    void Send(byte[] request)
    {
        _started = clock.GetTimestamp();
        stream.Write(request);
    }

    AsnReader Expect(LdapOperation expected)
    {
        var reader = Next(out var operation, out _);
        return operation == expected ? reader : throw new InvalidDataException($"unexpected LDAP message {(int)operation}");
    }

    /// <summary>The next message that answers the last request; late answers to others, and notices, are left out, except that of a server that closes.</summary>
    AsnReader Next(out LdapOperation operation, out int length)
    {
        while (true)
        {
            if (clock.GetElapsedTime(_started) > limit) throw new IOException($"no answer within {limit.TotalSeconds} s");
            var message = stream.Read();
            var reader = LdapMessage.Open(message, out var id, out operation);
            length = message.Length;
            if (id == _lastId) return reader;
            if (id == 0) throw new IOException("the server closes the connection");
        }
    }
}
