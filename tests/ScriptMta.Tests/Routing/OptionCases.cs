namespace ScriptMta.Tests.Routing;

/// <summary>The cases that try option after option: one router each, told apart by domain.</summary>
static class OptionCases
{
    public static readonly RoutingCases.Case Options = new("""
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
        Files: [("there", "")]);

    public static readonly RoutingCases.Case Redirects = new("""
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
        Files: [("there", "x@y.z")]);

    public static readonly RoutingCases.Case Lists = new("""
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
        ]);

    public static readonly RoutingCases.Case Filters = new("""
        f:
          driver = redirect
          check_local_user
          no_check_owner
          file = DIR/home/$local_part_data/.forward
          file_transport = afile
          directory_transport = afile
          pipe_transport = apipe
          reply_transport = areply
          allow_filter
          no_verify
        skip:
          driver = redirect
          local_parts = skip
          data = #Exim filter\nfoo
          user = mail
          allow_filter
          skip_syntax_errors
          no_verify
        l:
          driver = accept
          transport = local
        """, "games mail daemon news uucp backup man sync skip",
        Files:
        [
            ("home/games/.forward", "# Exim filter\nif $local_part is games then deliver x@y.z endif\n"), ("home/mail/.forward", "# Exim filter\nunseen deliver x@y.z\n"),
            ("home/daemon/.forward", "# Exim filter\nif $sender_address contains \"nobody\" then save /x endif\n"), ("home/news/.forward", "# Exim filter\nseen finish\n"),
            ("home/uucp/.forward", "# Exim filter\nfoo bar\n"), ("home/backup/.forward", "# Exim filter\nsave /x/y\nsave /dir/\npipe \"/bin/x a\"\n"),
            ("home/man/.forward", "# Exim filter\nmail to a@b.c subject hello\n"), ("home/sync/.forward", "# Exim filter\nfail text \"no\"\n"),
        ]);
}
