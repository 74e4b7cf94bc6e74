using ScriptMta.Network;

namespace ScriptMta.Tests.Network.Tls;

public sealed class CertificateTests : IDisposable
{
    readonly TestCertificates _files = new();

    [Fact]
    public void A_certificate_and_its_key_may_be_in_one_file_or_in_two()
    {
        using var made = _files.Make("a", "CN=a.example", rsa: true);
        _files.Write("both.pem", File.ReadAllText(_files.In("a.pem")) + File.ReadAllText(_files.In("a.key")));
        foreach (var (certificate, key) in ((string, string)[])[("a.pem", "a.key"), ("both.pem", "both.pem")])
        {
            var loaded = ServerCertificate.Load(_files.In(certificate), _files.In(key), out var error);
            Assert.Equal("", error);
            Assert.Equal("CN=a.example", loaded!.Context.TargetCertificate.Subject);
            Assert.True(loaded.Context.TargetCertificate.HasPrivateKey);
            Assert.False(loaded.IsElliptic);
        }
    }

    [Fact]
    public void The_chain_in_the_file_is_sent_along()
    {
        using var middle = _files.Make("middle", "CN=Middle", isAuthority: true);
        using var made = _files.Make("a", "CN=a.example", issuer: middle);
        _files.Write("chain.pem", File.ReadAllText(_files.In("a.pem")) + File.ReadAllText(_files.In("middle.pem")));
        var loaded = ServerCertificate.Load(_files.In("chain.pem"), _files.In("a.key"), out _)!;
        Assert.True(loaded.IsElliptic);
        Assert.Contains(loaded.Context.IntermediateCertificates, c => c.Subject == "CN=Middle");
    }

    [Fact]
    public void Files_that_are_no_pair_say_why_in_the_words_of_Debians_Exim()
    {
        using var a = _files.Make("a", "CN=a.example");
        using var b = _files.Make("b", "CN=b.example");
        using var c = _files.Make("c", "CN=c.example", rsa: true);
        _files.Write("junk.pem", "junk\n");
        foreach (var (certificate, key, expected) in ((string, string, string)[])
        [
            ("none.pem", "a.key", "Error while reading file."), ("a.pem", "none.key", "Error while reading file."), ("a.pem", "b.key", "The certificate and the given key do not match."),
            ("a.pem", "c.key", "The certificate and the given key do not match."), ("junk.pem", "a.key", "Base64 decoding error."), ("a.pem", "junk.pem", "The requested data were not available."),
        ])
        {
            Assert.Null(ServerCertificate.Load(_files.In(certificate), _files.In(key), out var error));
            Assert.True(expected == error, $"{certificate} {key}: {error}");
        }
    }

    [Fact]
    public void A_changed_file_is_read_again_and_an_unchanged_one_is_not()
    {
        using var a = _files.Make("a", "CN=first.example");
        var cache = new CertificateCache();
        var first = cache.Find(_files.In("a.pem"), _files.In("a.key"), out _);
        Assert.Same(first, cache.Find(_files.In("a.pem"), _files.In("a.key"), out _));
        using var b = _files.Make("a", "CN=second.example");
        File.SetLastWriteTimeUtc(_files.In("a.pem"), DateTime.UtcNow.AddMinutes(1));
        Assert.Equal("CN=second.example", cache.Find(_files.In("a.pem"), _files.In("a.key"), out _)!.Context.TargetCertificate.Subject);
        File.Delete(_files.In("a.key"));
        Assert.Null(cache.Find(_files.In("a.pem"), _files.In("a.key"), out var error));
        Assert.Equal("Error while reading file.", error);
    }

    [Fact]
    public void A_link_that_points_elsewhere_now_is_followed()
    {
        using var a = _files.Make("a", "CN=first.example");
        using var b = _files.Make("b", "CN=second.example");
        var (certificate, key) = (_files.In("live.pem"), _files.In("live.key"));
        Point("a");
        var cache = new CertificateCache();
        Assert.Equal("CN=first.example", cache.Find(certificate, key, out _)!.Context.TargetCertificate.Subject);
        Point("b");
        Assert.Equal("CN=second.example", cache.Find(certificate, key, out _)!.Context.TargetCertificate.Subject);

        void Point(string name)
        {
            File.Delete(certificate);
            File.Delete(key);
            File.CreateSymbolicLink(certificate, _files.In(name + ".pem"));
            File.CreateSymbolicLink(key, _files.In(name + ".key"));
        }
    }

    [Fact]
    public void A_certificate_of_our_own_has_the_hosts_name()
    {
        var own = ServerCertificate.SelfSigned("mx.test.example", DateTimeOffset.UtcNow).Context.TargetCertificate;
        Assert.Equal("CN=mx.test.example, O=ScriptMta", own.Subject);
        Assert.True(own.MatchesHostname("mx.test.example"));
        Assert.True(own.NotAfter > DateTime.Now.AddDays(300) && own.NotBefore < DateTime.Now);
    }

    [Fact]
    public void Any_bytes_can_be_taken_for_a_hello()
    {
        var random = new Random(4);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(0, 120)];
            random.NextBytes(bytes);
            // The heads of a record and of a message, so that what follows is looked at.
            if (bytes.Length > 9 && i % 2 == 0) ((byte[])[22, 3, 1, 0, (byte)(bytes.Length - 5), (byte)(1 + (i % 4 / 2)), 0, 0, (byte)(bytes.Length - 9)]).CopyTo(bytes, 0);
            ClientHello.Parse(bytes);
            ServerHello.Resumes(bytes);
        }
        Assert.Null(ClientHello.Parse([]));
        Assert.False(ServerHello.Resumes([]));
    }

    public void Dispose() => _files.Dispose();
}
