namespace ScriptMta.Tests.Routing;

/// <summary>Configurations with the addresses to try in each. DIR is the directory with the files.</summary>
static class RoutingCases
{
    public sealed record Case(string Routers, string Addresses, string Main = "", params (string Name, string Text)[] Files);

    public static RoutingFixture Fixture(string name)
    {
        var fixture = RoutingFixture.Of(All[name].Routers, All[name].Main);
        foreach (var (file, text) in All[name].Files) fixture.WithFile(file, text.Replace("DIR", fixture.Directory, StringComparison.Ordinal));
        return fixture;
    }

    const string Users = """

        users:
          driver = accept
          local_parts = al : bo : self : cc
          transport = local
          local_part_suffix = +*
          local_part_suffix_optional
        """;

    public static readonly Dictionary<string, Case> All = new(StringComparer.Ordinal)
    {
        ["options"] = OptionCases.Options,
        ["redirects"] = OptionCases.Redirects,
        ["lists"] = OptionCases.Lists,
        ["filters"] = OptionCases.Filters,
        ["list data"] = new("""
            exact:
              driver = redirect
              allow_fail
              domains = caps.test
              local_parts = +caseful : Ann : ^B(o)
              data = :fail: exact $local_part ($local_part_data, $domain_data, $0, $1)
            inexact:
              driver = redirect
              allow_fail
              domains = caps.test
              local_parts = ann : ^(b)O : *-owner
              data = :fail: inexact $local_part ($local_part_data, $domain_data, $0, $1)
            caseful:
              driver = redirect
              allow_fail
              caseful_local_part
              domains = ^(c)ase
              local_parts = ann : ^(b)O
              data = :fail: caseful $local_part ($local_part_data, $domain_data, $0, $1)
            order:
              driver = redirect
              allow_fail
              local_parts = ^(.)
              domains = *.order.test : ! not.test : +named
              condition = ${if match{$local_part}{(.)\$}}
              data = :fail: order $local_part ($local_part_data, $domain_data, $0, $1)
            looked:
              driver = redirect
              allow_fail
              domains = partial-lsearch;DIR/domains
              data = :fail: looked ($domain_data, $0, $1, $2)
            key:
              driver = redirect
              allow_fail
              local_parts = lsearch,ret=key;DIR/people : lsearch*;DIR/people
              domains = DIR/names
              data = :fail: key ($local_part_data, $domain_data, $0, $1)
            affixed:
              driver = redirect
              allow_fail
              domains = affix.test
              local_part_suffix = +*
              local_part_prefix = real-
              local_parts = +caseful : Ann
              data = :fail: affixed $local_part ($local_part_data, $local_part_prefix, $local_part_suffix)
            """,
            "Ann@caps.test ann@caps.test ANN@caps.test Bo@caps.test bo@CAPS.test BOB@caps.test List-Owner@caps.test ann@case.test Ann@case.test bOb@case.test BOB@case.test "
            + "x@a.order.test xyz@not.test q@n.test x@full.looked.test x@deep.er.wild.test x@wild.test P@names.test other@names.test p@NAMES.test real-Ann+x@affix.test real-ann+x@affix.test",
            "domainlist named = ! x.test : n.test",
            ("domains", "full.looked.test: exactly\n*.wild.test: by part\n"), ("people", "p: person\n*: anybody\n"), ("names", "# names\nnames.test\n")),
        ["aliases"] = new("""
            remote:
              driver = manualroute
              domains = ! +local_domains
              transport = smtp
              route_list = x.test 10.1.1.1 ; y.test 10.1.1.1:192.168.100.100::26 ; lo.test 127.0.0.1
              cannot_route_message = no route for $domain
              no_more
            aliases:
              driver = redirect
              allow_fail
              allow_defer
              local_parts = lsearch;DIR/aliases
              data = $local_part_data
              file_transport = afile
              pipe_transport = apipe
            """ + Users,
            "postmaster@example.org al Root@EXAMPLE.org self list pipe pipe2 file dir null black fail fail2 defer unk inc incbad bad sl@example.com phrase loop1 two one "
            + "Quoted.Name lp multi emptyq onlycomm nosuch al+foo bo@x.test a@y.test a@lo.test a@nomatch.test AL@example.com mix nested",
            "domainlist local_domains = example.org : example.com",
            ("aliases", """
                postmaster: root
                Root: al@example.org
                self: self, other@example.org
                list: a@x.test, b@x.test,
                  c@x.test
                pipe: "|/usr/bin/vacation joe, bob"
                pipe2: |/bin/cat
                file: /var/mail/joe
                dir: /var/mail/joe/
                null: /dev/null
                black: :blackhole:
                fail: :fail: Gone away, no forward
                fail2: :fail: 551 5.1.6 moved on
                defer: :defer: come back later
                unk: :unknown:
                inc: :include:DIR/members
                incbad: :include:DIR/nolist
                bad: foo bar baz@
                sl: \al
                phrase: Joe Bloggs <al@example.org>, (comment) bo@example.org
                loop1: loop2
                loop2: loop1
                two: nosuch, al
                one: nosuch
                Quoted.Name: "al@example.org"
                lp: "foo bar"@example.org
                multi: al, al, bo
                emptyq: ""
                onlycomm: (just)
                mix: al, |a, /b, bo, |c, x@x.test, y@x.test, cc
                nested: nosuch, al, deeper, fail, defer, black
                deeper: nosuch2, |x
                """),
            ("members", "# members\na1@x.test\nal, bo\n\"|/bin/prog x,y\"\n")),
        ["forward"] = new("""
            copy:
              driver = accept
              local_parts = copied : both
              unseen
              transport = archive
            both:
              driver = redirect
              local_parts = both
              data = al@x.test, al@example.org, "|/bin/cat", /dev/null
              file_transport = afile
              pipe_transport = apipe
              unseen
            remote:
              driver = manualroute
              domains = ! example.org
              transport = smtp
              route_list = x.test 10.1.1.1
              no_more
            forward:
              driver = redirect
              check_local_user
              no_check_owner
              local_part_suffix = +* : -*
              local_part_suffix_optional
              file = DIR/home/$local_part_data/.forward
              file_transport = afile
              pipe_transport = apipe
              reply_transport = areply
              no_verify
              no_expn
              check_ancestor
            real:
              driver = accept
              local_part_prefix = real-
              check_local_user
              transport = local
            users:
              driver = accept
              check_local_user
              transport = local
              local_part_suffix = +* : -*
              local_part_suffix_optional
            last:
              driver = accept
              local_parts = al : both : copied : alias
              transport = local
              cannot_route_message = Unknown user $local_part
            """,
            "copied both games mail daemon news uucp backup man www-data real-games real-foo games+bar real-games+x GAMES nosuch sys",
            Files:
            [
                ("home/games/.forward", "games, x@x.test\n"), ("home/mail/.forward", "\\mail\n# comment only\n"), ("home/news/.forward", "# nothing\n"),
                ("home/uucp/.forward", "/var/mail/uucp\n\"|/bin/cat a b\"\n~/Mail\n"), ("home/man/.forward", ",,al,,\n"),
                ("home/backup/.forward", "Backup@x.test, \"Quoted, Name\" <q@x.test>,\n  <third@x.test>, \"fifth@x.test\"\n"),
                ("home/daemon/.forward", "\n\n  \n"), ("home/sys/x", ""),
            ]),
        ["affixes"] = new("""
            one:
              driver = redirect
              local_part_suffix = +* : -*
              domains = s.test
              data = p.$local_part.q.${sg{$local_part_suffix}{\\+}{P}}.v.$local_part_suffix_v@out.test
            two:
              driver = redirect
              local_part_prefix = *+ : real-
              domains = p.test
              data = p.$local_part.q.${sg{$local_part_prefix}{\\+}{P}}.v.${sg{$local_part_prefix_v}{\\+}{P}}@out.test
            out:
              driver = accept
              domains = out.test
              transport = local
            """, "x+y+z@s.test a-b+c@s.test plain@s.test x+y+z@p.test real-joe@p.test Real-Joe@p.test +foo@p.test joe@p.test"),
        ["manual"] = new("""
            m:
              driver = manualroute
              transport = smtp
              route_list = two.test "10.1.1.1:10.2.2.2" ; port.test "<+ [10.1.1.1]:25 + 10.2.3.4" ; \
                local.test 10.1.1.1 local ; none.test ; bad.test 10.1.1.1 nosuch word ; quoted.test "$domain" local ; \
                self.test 127.0.0.1 ; behind.test 10.1.1.1:127.0.0.1 ; *.wild.test 10.9.9.9 no_randomize bydns ; v6.test "</ 2001:db8::1 / 1.1.1.1"
            ignored:
              driver = manualroute
              domains = ignored.test
              transport = smtp
              route_data = 10.1.1.1:10.2.2.2
              ignore_target_hosts = 10.1.0.0/16
              host_find_failed = ignore
            data:
              driver = manualroute
              domains = data.test
              transport = smtp
              route_data = ${if eq{$local_part}{a}{10.4.4.4}{}}
            literal:
              driver = ipliteral
              transport = smtp
            """, "a@two.test a@port.test a@local.test a@none.test a@bad.test a@quoted.test a@self.test a@behind.test a@x.wild.test a@v6.test a@ignored.test a@data.test b@data.test a@[10.1.2.3]",
            "allow_domain_literals"),
        ["self"] = new("""
            send:
              driver = manualroute
              domains = send.test
              transport = smtp
              route_list = * 127.0.0.1
              self = send
            fail:
              driver = manualroute
              domains = fail.test
              transport = smtp
              route_list = * 127.0.0.1
              self = fail
            defer:
              driver = manualroute
              domains = defer.test
              transport = smtp
              route_list = * 127.0.0.1
              self = defer
            pass:
              driver = manualroute
              domains = pass.test
              transport = smtp
              route_list = * 127.0.0.1
              self = pass
              pass_router = end
              no_more
            reroute:
              driver = manualroute
              domains = reroute.test
              transport = smtp
              route_list = * 127.0.0.1
              self = reroute: end.test
            never:
              driver = redirect
              data = :blackhole:
              domains = pass.test
            end:
              driver = accept
              transport = local
              domains = pass.test : end.test
            """, "a@send.test a@fail.test a@defer.test a@pass.test a@reroute.test a@other.test"),
        ["rewriting"] = new("""
            one:
              driver = redirect
              local_parts = one : chain : loop
              data = ${if eq{$local_part}{one}{self@old.test}{$local_part@old.test}}
            several:
              driver = redirect
              local_parts = several
              data = self@old.test, bo@other.test, plain, cc@forced.test, bo@to.test
            kept:
              driver = redirect
              local_parts = kept
              data = cc@old.test, bo@to.test
              no_rewrite
            preserving:
              driver = redirect
              local_parts = preserving
              data = cc
              qualify_preserve_domain
            ancestor:
              driver = redirect
              local_parts = ancestor
              data = ancestor@old.test
              check_ancestor
            refused:
              driver = redirect
              local_parts = refused
              data = :fail: $local_part at $domain
              allow_fail
            """ + Users, "al@old.test one@new.test several@x.test kept@x.test preserving@old.test ancestor@new.test refused@old.test al@to.test al@from.test al bad@bad.test al@forced.test chain@new.test nobody@old.test", """
            begin rewrite
            *@old.test     $1@new.test
            *@to.test      $1@to2.test     T
            *@from.test    $1@from2.test   F
            *@bad.test     bad
            *@forced.test  "${if eq{$local_part}{al}{bo@new.test}fail}"
            plain@example.org  bo@plain.test

            """),
    };
}
