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
        ["options"] = new("""
            failing:
              driver = accept
              domains = fv.test
              fail_verify
              transport = local
            verifyonly:
              driver = accept
              domains = vo.test
              verify_only
            noverify:
              driver = accept
              domains = nv.test
              no_verify
              transport = local
            notest:
              driver = accept
              domains = nt.test
              no_address_test
              transport = local
            cond:
              driver = accept
              domains = cond.test
              condition = ${if eq{$local_part}{a}}
              condition = ${if !eq{$domain}{x}}
              transport = local
            forced:
              driver = accept
              domains = forced.test
              address_data = ${if eq{$local_part}{a}{x}fail}
              transport = local
            data:
              driver = redirect
              domains = set.test
              set = r_one = 1.$local_part ; r_two = $r_one.2
              address_data = D
              data = $r_two.$address_data@end.test
            end:
              driver = accept
              domains = end.test
              condition = ${if eq{$address_data}{D}}
              condition = ${if eq{$parent_local_part/$original_domain}{a/set.test}}
              transport = local
            files:
              driver = accept
              domains = files.test
              require_files = DIR/there:!DIR/absent
              transport = local
            nofiles:
              driver = accept
              domains = nofiles.test
              require_files = DIR/absent
              transport = local
            nouser:
              driver = accept
              domains = nouser.test
              require_files = nosuchuser:DIR/there
              transport = local
            senders:
              driver = accept
              domains = senders.test
              senders = sender@example.org
              transport = local
            others:
              driver = accept
              domains = others.test
              senders = other@example.org
              transport = local
            notransport:
              driver = accept
              domains = nowhere.test
              transport = nosuch$address_data
            nouser2:
              driver = accept
              domains = nouser2.test
              transport = local
              user = nosuch$address_data
            moreornot:
              driver = redirect
              domains = more.test : bad.test
              more = ${if eq{$domain}{bad.test}{maybe}{${if eq{$local_part}{a}}}}
              data =
            caseful:
              driver = redirect
              domains = case.test
              caseful_local_part
              data = x$local_part@out.test
            out:
              driver = accept
              domains = out.test : case.test
              transport = local
            unroutable:
              driver = accept
              domains = message.test
              local_parts = nobody
              transport = local
            last:
              driver = accept
              domains = more.test : !*.test
              transport = local
              cannot_route_message = No way to $domain
            """, "a@fv.test a@vo.test a@nv.test a@nt.test a@cond.test b@cond.test a@forced.test b@forced.test a@set.test a@files.test a@nofiles.test a@nouser.test "
            + "a@senders.test a@others.test a@nowhere.test a@nouser2.test a@more.test b@more.test a@bad.test MiXed@case.test a@message.test",
            Files: [("there", "")]),
        ["lists"] = new("""
            r:
              driver = redirect
              file = DIR/lists/${extract{1}{.}{$local_part_data}}
              local_parts = one : two : three : four : five : six : seven : eight : nine : ten : eleven : twelve : thirteen : fourteen : fifteen
              file_transport = afile
              directory_transport = afile
              pipe_transport = apipe
              allow_fail
            l:
              driver = accept
              transport = local
            """, "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
            Files:
            [
                ("lists/one", "\"|/bin/x \\\"a b\\\" c\"\n"), ("lists/two", "|/bin/x \"a, b\", al"), ("lists/three", "|/bin/x 'a, b', al"), ("lists/four", "|x@y.z\n/s=molari/o=b/@x400.way"),
                ("lists/five", "/file with space , al, /dir/sub/, \"/dir/\""), ("lists/six", "al (comment, with comma), bo"), ("lists/seven", "<@a.b,@c.d:al@x.y>, \"A, B\" <al@x.z>"),
                ("lists/eight", "al, # c, bo\ncc"), ("lists/nine", "#c\n # d\nal"), ("lists/ten", "\\al, \\bo@x.y"), ("lists/eleven", "a@[1.2.3.4]"), ("lists/twelve", "\"\" , al"),
                ("lists/thirteen", ":include:DIR/lists/inner, al"), ("lists/inner", "i1\ni2, \"|/x a,b\"\n#c\n"), ("lists/fourteen", ":fail:x, y"), ("lists/fifteen", "x\u00e9@y.z, ~x"),
            ]),
        ["redirects"] = new("""
            tainted:
              driver = redirect
              domains = relative.test
              file = relative
            nodir:
              driver = redirect
              domains = nodir.test
              file = /nonexist/dir/x
            nofile:
              driver = redirect
              domains = nofile.test
              file = DIR/absent
            directory:
              driver = redirect
              domains = dir.test
              file = DIR
            noinclude:
              driver = redirect
              domains = inc.test
              data = :include:DIR/there
              forbid_include
            incdir:
              driver = redirect
              domains = incdir.test
              data = :include:DIR/there
              include_directory = /etc
            noblack:
              driver = redirect
              domains = black.test
              data = :blackhole:
              forbid_blackhole
            nodefer:
              driver = redirect
              domains = defer.test
              data = :defer: x
            nofail:
              driver = redirect
              domains = fail.test
              data = :fail: x
            emptyfail:
              driver = redirect
              domains = emptyfail.test
              data = :fail:
              allow_fail
            filter:
              driver = redirect
              domains = filter.test
              data = #Exim filter\nfinish
            skip:
              driver = redirect
              domains = skip.test
              data = bad bad bad
              skip_syntax_errors
            qualify:
              driver = redirect
              domains = qualify.test
              data = foo
              qualify_domain = q.test
            preserve:
              driver = redirect
              domains = preserve.test
              data = foo
              qualify_preserve_domain
              no_repeat_use
            jump:
              driver = redirect
              domains = jump.test
              data = foo@preserve.test
              redirect_router = l
            nulls:
              driver = redirect
              domains = null.test
              data = /dev/null, <>, x
            l:
              driver = accept
              transport = local
            """, "a@relative.test a@nodir.test a@nofile.test a@dir.test a@inc.test a@incdir.test a@black.test a@defer.test a@fail.test a@emptyfail.test a@filter.test "
            + "a@skip.test a@qualify.test a@preserve.test a@jump.test a@null.test",
            Files: [("there", "x@y.z")]),
    };
}
