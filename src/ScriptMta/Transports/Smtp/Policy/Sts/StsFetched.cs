namespace ScriptMta.Transports;

/// <summary>What came of fetching a policy.</summary>
abstract record StsFetched
{
    StsFetched() { }

    public sealed record Policy(StsPolicy Value) : StsFetched;

    /// <param name="ResultType">RFC 8460 4.3.2.2.</param>
    public sealed record Failed(string ResultType, string Why) : StsFetched
    {
        public const string FetchError = "sts-policy-fetch-error", Invalid = "sts-policy-invalid", WebPki = "sts-webpki-invalid";
    }
}
