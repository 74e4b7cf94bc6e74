using ScriptMta.Dns;

namespace ScriptMta.MailAuth;

/// <summary>A check that cannot go on: the domain asks for too much, or the DNS does not answer.</summary>
sealed class SpfStoppedException(SpfResult result, string reason) : Exception(reason)
{
    public SpfResult Result => result;
}

/// <summary>The limits of RFC 7208 4.6.4, kept while one check runs: ten terms that ask the DNS, two answers without records, and the time.</summary>
sealed class SpfBudget(Func<string, DnsType, DnsAnswer> dns, TimeProvider clock)
{
    const int MostTerms = 10, MostVoids = 2;
    // RFC 7208 4.6.4 asks for at least 20 seconds.
    static readonly TimeSpan MostTime = TimeSpan.FromSeconds(20);

    readonly long _start = clock.GetTimestamp();
    int _terms, _voids;

    public void Term(string text)
    {
        if (++_terms > MostTerms) throw new SpfStoppedException(SpfResult.PermError, $"more than {MostTerms} terms that ask the DNS, at \"{text}\"");
    }

    /// <summary>No answer ends the check; nothing there counts as void.</summary>
    public DnsAnswer Ask(string name, DnsType type)
    {
        var answer = Try(name, type);
        if (answer is DnsAnswer.Again again) throw new SpfStoppedException(SpfResult.TempError, again.Reason);
        if (answer is not DnsAnswer.Found && ++_voids > MostVoids) throw new SpfStoppedException(SpfResult.PermError, $"more than {MostVoids} DNS lookups without an answer, at {name} ({type})");
        return answer;
    }

    /// <summary>For what may fail without harm: reverse names, explanations, and the record of a domain itself.</summary>
    public DnsAnswer Try(string name, DnsType type)
    {
        if (clock.GetElapsedTime(_start) > MostTime) throw new SpfStoppedException(SpfResult.TempError, $"the check took over {MostTime.TotalSeconds:0} s");
        return dns(name, type);
    }
}
