namespace ScriptMta.Admin;

/// <summary>How many calls the control socket carries out at once. Administrators are always served. Thread-safe.</summary>
sealed class CallLimits
{
    /// <summary>Of one user: more than any crowd of cron jobs, and what one user may make the daemon hold (2 MiB of request each) stays bounded.</summary>
    public const int MostOfOneUser = 100;

    /// <summary>Of all: descriptors must remain for SMTP and deliveries.</summary>
    public const int Most = 400;

    readonly Lock _gate = new();
    readonly Dictionary<uint, int> _perUser = [];
    int _all;

    public bool TryEnter(Caller caller)
    {
        lock (_gate)
        {
            var own = _perUser.GetValueOrDefault(caller.Uid);
            if (!caller.IsAdministrator && (own >= MostOfOneUser || _all >= Most)) return false;
            _perUser[caller.Uid] = own + 1;
            _all++;
            return true;
        }
    }

    public void Leave(Caller caller)
    {
        lock (_gate)
        {
            _all--;
            if (--_perUser[caller.Uid] == 0) _perUser.Remove(caller.Uid);
        }
    }
}
