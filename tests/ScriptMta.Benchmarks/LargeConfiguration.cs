using System.Text;

namespace ScriptMta.Benchmarks;

/// <summary>1,500 lines as a hosting company has them: macros, named lists, 20 ACLs, 60 routers, transports, retry rules, and a fifth comments.</summary>
static class LargeConfiguration
{
    const int Lines = 1496; // and the four of every configuration here

    public static string Text(string users)
    {
        var text = new StringBuilder();
        MainSection(text);
        Acls(text);
        Routers(text, users);
        Rest(text);
        for (var i = text.ToString().Count(c => c == '\n'); i < Lines; i++) text.Append(i % 5 == 0 ? "\n" : $"# remark {i} as postmasters write them between their rules\n");
        return text.ToString();
    }

    static void MainSection(StringBuilder text)
    {
        for (var i = 0; i < 40; i++) text.Append($"MACRO{i:D2}X = value{i}\n");
        for (var i = 0; i < 20; i++) text.Append($"domainlist dom{i:D2} = a{i}.example : *.b{i}.example : !c{i}.example\n");
        for (var i = 0; i < 10; i++) text.Append($"hostlist net{i:D2} = 10.{i}.0.0/16 : 192.0.2.{i} : ! 2001::db8::{i}::/48\naddresslist adr{i:D2} = *@a{i}.example : postmaster@b{i}.example\n");
        text.Append("qualify_domain = example.com\nmessage_size_limit = 50M\nacl_smtp_rcpt = acl00\nacl_smtp_data = acl01\nlog_selector = +all_parents +subject\nignore_bounce_errors_after = 2d\ntls_advertise_hosts =\n");
    }

    static void Acls(StringBuilder text)
    {
        text.Append("begin acl\n");
        for (var i = 0; i < 20; i++)
        {
            text.Append($"acl{i:D2}:\n");
            for (var j = 0; j < 6; j++)
                text.Append($"  deny    domains = +dom{(i + j) % 20:D2}\n          !hosts  = +net{(i + j) % 10:D2} : 127.0.0.{j}\n").Append(
                    $"          condition = ${{if and{{{{eq{{$sender_address_domain}}{{x{j}.example}}}}{{match{{$local_part}}{{^[a-z]{{2,5}}}}}}}}{{yes}}{{no}}}}\n          message = MACRO{i:D2}X: no relay for $local_part@$domain\n");
            text.Append("  accept\n\n");
        }
    }

    static void Routers(StringBuilder text, string users)
    {
        string[] drivers = [$"redirect\n  data = ${{lookup{{$local_part}}lsearch{{{users}}}{{$value}}fail}}\n  allow_fail", "manualroute\n  route_list = * relay.example\n  transport = t_smtp", "accept\n  transport = t_local"];
        text.Append("begin routers\n");
        for (var i = 0; i < 60; i++)
            text.Append($"router{i:D2}:\n  driver = {drivers[i % 3]}\n  domains = +dom{i % 20:D2}\n  condition = ${{if eq{{${{lc:$local_part}}}}{{user{i}}}{{true}}{{false}}}}\n").Append(
                $"  local_parts = ^user{i}[0-9]* : admin{i}\n  address_data = ${{extract{{{i % 4 + 1}}}{{:}}{{a:b:c:d}}{{$value}}{{none}}}}\n  no_verify\n");
    }

    static void Rest(StringBuilder text)
    {
        text.Append("begin transports\nt_smtp:\n  driver = smtp\nt_local:\n  driver = appendfile\n  directory = /var/mail/$local_part_data\n  maildir_format\n");
        for (var i = 0; i < 8; i++) text.Append($"t{i:D2}:\n  driver = pipe\n  command = /usr/bin/prog{i} $local_part_data\n  return_output\n  user = nobody\n");
        text.Append("begin retry\n");
        for (var i = 0; i < 12; i++) text.Append($"*.r{i}.example  *  F,2h,15m; G,16h,1h,1.5; F,4d,6h\n");
        text.Append("*  *  F,2h,15m; G,16h,1h,1.5; F,4d,6h\n");
    }
}
