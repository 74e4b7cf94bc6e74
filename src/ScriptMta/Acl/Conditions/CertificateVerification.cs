namespace ScriptMta.Acl;

/// <summary>verify = certificate (Exim 44.26): the client has shown a certificate, and it was found good.</summary>
static class CertificateVerification
{
    public static ValueTask<AclResult> Run(AclRun run, VerifyRequest request, CancellationToken cancel) =>
        new(run.Context.Connection.Tls is { } known && known.TryGetValue("certificate_verified", out var verified) && verified.Text == "1" ? AclResult.Ok : AclResult.Fail with { User = "no verified certificate" });
}
