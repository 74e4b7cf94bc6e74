using ScriptMta.Dns;

namespace ScriptMta.MailAuth;

/// <summary>
/// The limits of RFC 7208 4.6.4, kept while one check runs: ten terms that ask the DNS, two answers without records, and the time. Once a check is stopped nothing more is
/// asked, and <see cref="Stopped"/> is its outcome.
/// </summary>
sealed class SpfBudget(Func<string, DnsType, DnsAnswer> dns, TimeProvider clock)
{
    const int MostTerms = 10, MostVoids = 2;
    // RFC 7208 4.6.4 asks for at least 20 seconds.
    static readonly TimeSpan MostTime = TimeSpan.FromSeconds(20);

    readonly long _start = clock.GetTimestamp();
    int _terms, _voids;

    public SpfOutcome? Stopped { get; private set; }

    public void Stop(SpfResult result, string reason) => Stopped ??= new(result, reason);

    /// <summary>False = one too many.</summary>
    public bool Term(string text)
    {
        if (++_terms > MostTerms) Stop(SpfResult.PermError, $"more than {MostTerms} terms that ask the DNS, at \"{text}\"");
        return Stopped is null;
    }

    /// <summary>Null = stopped. A name server that does not answer stops the check; a name without such records counts as void.</summary>
    public DnsAnswer? Ask(string name, DnsType type)
    {
        var answer = Try(name, type);
        if (answer is DnsAnswer.Again again) Stop(SpfResult.TempError, again.Reason);
        if (answer is DnsAnswer.NoData or DnsAnswer.NoSuchName && ++_voids > MostVoids) Stop(SpfResult.PermError, $"more than {MostVoids} DNS lookups without an answer, at {name} ({type})");
        return Stopped is null ? answer : null;
    }

    /// <summary>For what may fail without harm: reverse names, explanations, and the record of a domain itself. Null = stopped.</summary>
    public DnsAnswer? Try(string name, DnsType type)
    {
        if (clock.GetElapsedTime(_start) > MostTime) Stop(SpfResult.TempError, $"the check took over {MostTime.TotalSeconds:0} s");
        return Stopped is null ? dns(name, type) : null;
    }
}
