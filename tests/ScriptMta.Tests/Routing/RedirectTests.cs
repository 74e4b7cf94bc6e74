namespace ScriptMta.Tests.Routing;

public sealed class RedirectTests : IDisposable
{
    readonly RoutingFixture _fixture = RoutingFixture.Of("""
        remote:
          driver = redirect
          domains = x.test
          data = :blackhole:
        aliases:
          driver = redirect
          allow_fail
          allow_defer
          local_parts = lsearch;DIR/aliases
          data = $local_part_data
          file_transport = afile
          pipe_transport = apipe
        users:
          driver = accept
          local_parts = al : bo : self : cc
          transport = local
          local_part_suffix = +*
          local_part_suffix_optional
        """);

    public RedirectTests() => _fixture.WithFile("aliases", """
        # comment
        postmaster: root
        Root: al@example.org
        self: self, other@example.org
        pipe: "|/usr/bin/vacation joe, bob"
        file: /var/mail/joe
        dir: /var/mail/joe/
        black: :blackhole:
        fail: :fail: Gone away, no forward
        defer: :defer: come back later
        unk: :unknown:
        bad: foo bar baz@
        sl: \al
        phrase: Joe Bloggs <al@example.org>, (comment) bo@example.org
        semi: al; bo
        loop1: loop2
        loop2: loop1
        multi: al, al, bo
        """);

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("postmaster@example.org", "al@example.org\n    <-- root@example.org\n    <-- postmaster@example.org\n  router = users, transport = local\n")]
    [InlineData("al", "al@example.org\n  router = users, transport = local\n")]
    [InlineData("Root@EXAMPLE.org", "al@example.org\n    <-- Root@EXAMPLE.org\n  router = users, transport = local\n")]
    [InlineData("self", "other@example.org is undeliverable: Unrouteable address\n    <-- self@example.org\nself@example.org\n    <-- self@example.org\n  router = users, transport = local\n")]
    [InlineData("pipe", "pipe@example.org -> |/usr/bin/vacation joe, bob\n  transport = apipe\n")]
    [InlineData("file", "file@example.org -> /var/mail/joe\n  transport = afile\n")]
    [InlineData("dir", "dir@example.org -> /var/mail/joe/\n*** Error in setting up pipe, file, or autoreply:\ndirectory_transport unset in aliases router\n")]
    [InlineData("black", "mail to black@example.org is discarded\n")]
    [InlineData("fail", "fail@example.org is undeliverable: Gone away, no forward\n")]
    [InlineData("defer", "defer@example.org cannot be resolved at this time: come back later\n")]
    [InlineData("unk", "unk@example.org is undeliverable: Unrouteable address\n")]
    [InlineData("sl@example.com", "al@example.com\n    <-- sl@example.com\n  router = users, transport = local\n")]
    [InlineData("phrase", "bo@example.org\n    <-- phrase@example.org\n  router = users, transport = local\nal@example.org\n    <-- phrase@example.org\n  router = users, transport = local\n")]
    [InlineData("semi", "bo@example.org\n    <-- semi@example.org\n  router = users, transport = local\nal@example.org\n    <-- semi@example.org\n  router = users, transport = local\n")]
    [InlineData("loop1", "loop1@example.org is undeliverable: Unrouteable address\n    <-- loop2@example.org\n    <-- loop1@example.org\n")]
    [InlineData("multi", "bo@example.org\n    <-- multi@example.org\n  router = users, transport = local\nal@example.org\n    <-- multi@example.org\n  router = users, transport = local\nal@example.org   [duplicate, would not be delivered]\n    <-- multi@example.org\n  router = users, transport = local\n")]
    [InlineData("bad", "bad@example.org cannot be resolved at this time: error in redirect data: missing or malformed local part (expected word or \"<\") in \"foo bar baz@\"\n")]
    [InlineData("al+foo", "al+foo@example.org\n  router = users, transport = local\n")]
    public void Aliases_are_printed_as_exim_prints_them(string address, string expected) => RoutingFixture.Same(expected, _fixture.Bt(address));
}
