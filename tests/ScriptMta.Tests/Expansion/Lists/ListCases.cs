namespace ScriptMta.Tests.Expansion.Lists;

/// <summary>
/// What Exim 4.96 answers: kind ¦ subject ¦ list ¦ answer, where the answer is <c>Y|$value|$0|$1|$2</c>, <c>N|$value</c> or <c>D|reason</c>, and DIR is the folder of
/// ListWorld. Made by running <c>exim4 -be</c> over the same files; only where Exim's $value of an address item is a slip ("*@c@c" for "*@c") the sensible value stands.
/// </summary>
static class ListCases
{
    public const string Domains = """
        domain ¦ a.example ¦ a.example ¦ Y|a.example|a.example||
        domain ¦ A.EXAMPLE ¦ b.example:a.Example ¦ Y|a.Example|a.example||
        domain ¦ host.example ¦ @ ¦ Y|host.example|host.example||
        domain ¦ HOST.example ¦ @ ¦ Y|host.example|host.example||
        domain ¦ x ¦ !a ¦ Y||||
        domain ¦ a ¦ !a:* ¦ N|a
        domain ¦ a ¦ ! a:* ¦ N|a
        domain ¦ b ¦ !a:* ¦ Y|*|b|b|
        domain ¦ a.example ¦ +locals ¦ Y|a.example|a.example||
        domain ¦ x.b.example ¦ +locals ¦ Y|*.b.example|x.b.example|x|
        domain ¦ host.example ¦ +locals ¦ Y|host.example|host.example||
        domain ¦ n.example ¦ +withneg ¦ N|n.example
        domain ¦ m.example ¦ !+withneg ¦ N|*.example
        domain ¦ n.example ¦ !+withneg ¦ Y|n.example|n.example||
        domain ¦ n.example ¦ ! +withneg ¦ Y|n.example|n.example||
        domain ¦ z.y ¦ +onlyneg ¦ Y||||
        domain ¦ z.y ¦ +nosuch ¦ D|unknown named domain list "+nosuch"
        domain ¦ z.y ¦ a:+nosuch:z.y ¦ D|unknown named domain list "+nosuch"
        domain ¦ beta.example ¦ lsearch;DIR/ls ¦ Y|data b|beta.example||
        domain ¦ BETA.example ¦ lsearch;DIR/ls ¦ Y|data b|beta.example||
        domain ¦ beta.example ¦ lsearch,ret=key;DIR/ls ¦ Y|beta.example|beta.example||
        domain ¦ BETA.example ¦ lsearch,ret=key;DIR/ls ¦ Y|beta.example|beta.example||
        domain ¦ x.gamma.example ¦ partial-lsearch;DIR/ls ¦ Y|partial g|x.gamma.example|x|gamma.example
        domain ¦ x.gamma.example ¦ partial-lsearch,ret=key;DIR/ls ¦ Y|x.gamma.example|x.gamma.example|x|gamma.example
        domain ¦ gamma.example ¦ partial-lsearch;DIR/ls ¦ Y|partial g|gamma.example||gamma.example
        domain ¦ nope ¦ lsearch*;DIR/ls ¦ Y|default|nope|nope|
        domain ¦ empty ¦ lsearch;DIR/ls ¦ Y||empty||
        domain ¦ nope ¦ lsearch;DIR/none ¦ D|failed to open DIR/none for linear search: No such file or directory
        domain ¦ nope ¦ lsearch;none ¦ D|failed to open none for linear search: No such file or directory
        domain ¦ nope ¦ lsearch;DIR/d ¦ D|DIR/d is not a regular file (lsearch lookup)
        domain ¦ nope ¦ nosuchtype;DIR/d ¦ D|unknown lookup type "nosuchtype"
        domain ¦ file1 ¦ dsearch;DIR/d ¦ Y|file1|file1||
        domain ¦ FILE1 ¦ dsearch;DIR/d ¦ Y|file1|file1||
        domain ¦ file1 ¦ dsearch;DIR/none ¦ D|failed to open DIR/none for directory search: No such file or directory
        domain ¦ file1 ¦ dsearch,ret=full;DIR/d ¦ Y|DIR/d/file1|file1||
        domain ¦ a.example ¦ DIR/lf ¦ Y|a.example|a.example||
        domain ¦ b.example ¦ DIR/lf ¦ N|b.example
        domain ¦ b.example ¦ !DIR/lf ¦ Y|b.example|b.example||
        domain ¦ q.b.example ¦ DIR/lf ¦ N|
        domain ¦ q.c.example ¦ DIR/lf ¦ Y|*.c.example|q.c.example|q|
        domain ¦ spaced.example ¦ DIR/lf ¦ Y|spaced.example|spaced.example||
        domain ¦ x ¦ DIR/lf ¦ Y|x|x||
        domain ¦ x ¦ DIR/none ¦ D|failed to open DIR/none when checking "DIR/none": No such file or directory
        domain ¦ abc ¦ ^a(b) ¦ Y|^a(b)|abc|b|
        domain ¦ ABC ¦ ^a(b) ¦ Y|^a(b)|ABC|B|
        domain ¦ ABC ¦ ^(?-i)a(b) ¦ N|
        domain ¦ abc ¦ ^a( ¦ D|regular expression error: missing closing parenthesis at offset 3 while compiling ^a(
        domain ¦ abc ¦ * ¦ Y|*|abc|abc|
        domain ¦ abc ¦ *bc ¦ Y|*bc|abc|a|
        domain ¦ ABC ¦ *bc ¦ Y|*bc|abc|a|
        domain ¦ [127.0.0.1] ¦ @[] ¦ Y|@[]|[127.0.0.1]||
        domain ¦ [127.0.0.2] ¦ @[] ¦ N|
        domain ¦  ¦  ¦ N|
        domain ¦  ¦ : ¦ Y||||
        domain ¦ a ¦  ¦ N|
        domain ¦ a ¦ <; b;a ¦ Y|a|a||
        domain ¦ a ¦ ! +nosuch ¦ D|unknown named domain list "+nosuch"
        domain ¦ a ¦ ! ¦ Y||||
        domain ¦ a ¦ !!a ¦ Y||||
        domain ¦ a ¦ +locals:a ¦ Y|a|a||
        domain ¦ a ¦ +people ¦ D|unknown named domain list "+people"
        domain ¦ a ¦ passwd;root ¦ Y|*:0:0:root:/root:/bin/bash|a||
        domain ¦ a ¦ partial-passwd;root ¦ D|"partial" is not permitted for lookup type "passwd"
        domain ¦ a ¦ lsearch*@;DIR/ls ¦ Y|default|a|a|
        domain ¦ a ¦ lsearch; DIR/ls ¦ N|
        domain ¦ alpha ¦ lsearch ; DIR/ls ¦ D|unknown lookup type "lsearch "
        domain ¦ x.b.example ¦ ^(x) ¦ Y|^(x)|x.b.example|x|
        domain ¦ x.y.gamma.example ¦ partial-lsearch;DIR/ls ¦ Y|partial g|x.y.gamma.example|x.y|gamma.example
        domain ¦ qq ¦ lsearch*;DIR/ls ¦ Y|default|qq|qq|
        domain ¦ alpha ¦ lsearch;DIR/ls ¦ Y|data a|alpha||
        domain ¦ qq.r ¦ partial0-lsearch;DIR/ls ¦ Y|default|qq.r|qq.|
        domain ¦ qq.r ¦ partial1()lsearch*;DIR/ls ¦ Y|default|qq.r|qq.r|
        """;

    public const string Addresses = """
        address ¦ a@b.example ¦ a@b.example ¦ Y|a@b.example|||
        address ¦ A@B.example ¦ a@b.example ¦ Y|a@b.example|||
        address ¦ A@B.example ¦ a@B.Example ¦ Y|a@B.Example|||
        address ¦ A@b.example ¦ +caseful:a@b.example ¦ N|
        address ¦ A@b.example ¦ +caseful:A@b.example ¦ Y|A@b.example|||
        address ¦ a@b.example ¦ *@b.example ¦ Y|*@b.example|||
        address ¦ a@b.example ¦ *@*.example ¦ Y|*@*.example|||
        address ¦ a@b.example ¦ *a@*.example ¦ Y|*a@*.example|||
        address ¦ xa@b.example ¦ *a@*.example ¦ Y|*a@*.example|||
        address ¦ a@b.example ¦ b.example ¦ Y|@b.example|||
        address ¦ a@b.example ¦ *.example ¦ Y|@*.example|||
        address ¦ a@b.example ¦ * ¦ Y|@*|||
        address ¦  ¦ * ¦ N|
        address ¦  ¦ : ¦ Y||||
        address ¦  ¦  ¦ N|
        address ¦  ¦ a: ¦ N|
        address ¦  ¦ a::b ¦ N|
        address ¦  ¦ a: :b ¦ Y||||
        address ¦  ¦ *@* ¦ N|
        address ¦  ¦ ^.* ¦ Y||||
        address ¦ a@b.example ¦ ^(.)@(b) ¦ Y||||
        address ¦ A@b.example ¦ ^(a)@(b) ¦ Y||||
        address ¦ A@b.example ¦ +caseful:^(a)@(b) ¦ N|
        address ¦ a@b.example ¦ +people ¦ Y|a@b.example|||
        address ¦ q@d.example ¦ +people ¦ Y|@d.example|||
        address ¦ q@c.example ¦ +people ¦ Y|*@c.example|||
        address ¦ q@x.b.example ¦ *@+locals ¦ Y|*@*.b.example|||
        address ¦ q@x.b.example ¦ q@+locals ¦ Y|q@*.b.example|||
        address ¦ alice@b.example ¦ @@lsearch;DIR/aa ¦ Y|alice|||
        address ¦ carol@b.example ¦ @@lsearch;DIR/aa ¦ N|carol
        address ¦ ALICE@b.example ¦ @@lsearch;DIR/aa ¦ Y|alice|||
        address ¦ dx9@b.example ¦ @@lsearch;DIR/aa ¦ Y|^d.*\d$|||
        address ¦ p-x@b.example ¦ @@lsearch;DIR/aa ¦ Y|*-x|||
        address ¦ bob@c.example ¦ @@lsearch;DIR/aa ¦ Y|bob|||
        address ¦ bob@loop.example ¦ @@lsearch;DIR/aa ¦ D|Loop detected in lookup of local part of bob@loop.example in @@lsearch;DIR/aa
        address ¦ defaultlp@none.example ¦ @@lsearch*;DIR/aa ¦ Y|defaultlp|||
        address ¦ x@none.example ¦ @@lsearch;DIR/aa ¦ N|
        address ¦ a@b.example ¦ lsearch;DIR/al ¦ Y|dat|||
        address ¦ A@b.example ¦ lsearch;DIR/al ¦ Y|dat|||
        address ¦ z@c.example ¦ lsearch*@;DIR/al ¦ Y|dc|||
        address ¦ z@none.example ¦ lsearch*@;DIR/al ¦ Y|ddd|||
        address ¦  ¦ lsearch*@;DIR/al ¦ Y|ddd|||
        address ¦ z@x.c.example ¦ partial-lsearch;DIR/al ¦ N|
        address ¦ z@beta.example ¦ *@lsearch;DIR/ls ¦ Y|*@data b|||
        address ¦ z@x.gamma.example ¦ *@partial-lsearch;DIR/ls ¦ Y|*@partial g|||
        address ¦ a@b.example ¦ DIR/af ¦ Y|a@b.example|||
        address ¦ x#y@b.example ¦ DIR/af ¦ Y|x#y@b.example|||
        address ¦ #z@b.example ¦ DIR/af ¦ N|
        address ¦ foo@host.example ¦ foo@@ ¦ Y|foo@host.example|||
        address ¦ a@b.example ¦ +locals ¦ D|unknown named address list "+locals"
        address ¦ a@b.example ¦ !x@y:!a@b.example ¦ N|a@b.example
        address ¦ a@b.example ¦ !x@y ¦ Y||||
        address ¦ a ¦ a ¦ N|
        address ¦ a ¦ *@ ¦ N|
        address ¦ a ¦ a@ ¦ N|
        address ¦ a@b@c ¦ *@c ¦ Y|*@c|||
        address ¦ a b@c ¦ *@c ¦ Y|*@c|||
        address ¦ "a b"@c ¦ "a b"@c ¦ Y|"a b"@c|||
        address ¦ a@b.example ¦ a@partial-lsearch;DIR/ls ¦ N|
        address ¦ a@b@c ¦ a@b@c ¦ Y|a@b@c|||
        address ¦ foo@host.example ¦ foo@+locals ¦ Y|foo@host.example|||
        address ¦ foo@host.example ¦ foo@^h ¦ Y|foo@^h|||
        address ¦ foo@host.example ¦ *@^h ¦ Y|*@^h|||
        address ¦ foo@host.example ¦ ^h ¦ N|
        address ¦ foo@host.example ¦ foo@!+locals ¦ N|
        address ¦ foo@host.example ¦ foo@DIR/lf ¦ N|
        address ¦ foo@host.example ¦ @host.example ¦ N|
        address ¦ foo@host.example ¦ @ ¦ N|
        address ¦ foo@host.example ¦ foo@ ¦ N|
        address ¦ foo@host.example ¦ *@@ ¦ Y|*@host.example|||
        address ¦ foo@host.example ¦ @@ ¦ N|
        address ¦ foo@host.example ¦ @@DIR/aa ¦ N|
        address ¦ alice@b.example ¦ @@DIR/aa ¦ N|
        address ¦ foo@host.example ¦ nosuch;DIR/aa ¦ D|unknown lookup type "nosuch"
        address ¦ foo@host.example ¦ *@nosuch;DIR/aa ¦ D|unknown lookup type "nosuch"
        address ¦ foo@host.example ¦ passwd;root ¦ Y|*:0:0:root:/root:/bin/bash|||
        address ¦ foo@host.example ¦ f*@host.example ¦ N|
        address ¦ "foo@x"@host.example ¦ "foo@x"@host.example ¦ Y|"foo@x"@host.example|||
        address ¦ foo@x.gamma.example ¦ *@partial-lsearch;DIR/ls ¦ Y|*@partial g|||
        """;

    public const string LocalPartsAndHosts = """
        local_part ¦ root ¦ root ¦ Y|root|root||
        local_part ¦ ROOT ¦ root ¦ Y|root|root||
        local_part ¦ ROOT ¦ Root ¦ Y|Root|root||
        local_part ¦ ROOT ¦ +caseful:root ¦ N|
        local_part ¦ a-owner ¦ +parts ¦ Y|*-owner|a-owner|a|
        local_part ¦ postmaster ¦ +parts ¦ Y|^post|postmaster||
        local_part ¦ a-OWNER ¦ *-owner ¦ Y|*-owner|a-owner|a|
        local_part ¦ @ ¦ @ ¦ Y|@|@||
        local_part ¦ x ¦ @ ¦ N|
        local_part ¦ LOCAL1 ¦ lsearch;DIR/lp ¦ Y|d1|local1||
        local_part ¦ file1 ¦ dsearch;DIR/d ¦ Y|file1|file1||
        local_part ¦  ¦  ¦ N|
        local_part ¦  ¦ : ¦ Y||||
        local_part ¦ a ¦ !b ¦ Y||||
        local_part ¦ Abc ¦ ^(a)b ¦ Y|^(a)b|Abc|A|
        local_part ¦ root ¦ passwd;root ¦ Y|*:0:0:root:/root:/bin/bash|root||
        ip ¦ 1.2.3.4 ¦ 1.2.3.4 ¦ Y||||
        ip ¦ 1.2.3.4 ¦ 1.2.3.0/24 ¦ Y||||
        ip ¦ 1.2.3.4 ¦ +relays ¦ N|
        ip ¦ 10.2.3.4 ¦ +relays ¦ Y||||
        ip ¦ 10.2.3.4 ¦ * ¦ Y||||
        ip ¦ 10.2.3.4 ¦ : ¦ N|
        ip ¦  ¦ : ¦ Y||||
        ip ¦  ¦ * ¦ Y||||
        ip ¦  ¦ 1.2.3.4 ¦ N|
        ip ¦  ¦ !1.2.3.4 ¦ Y||||
        ip ¦ 127.0.0.1 ¦ @[] ¦ Y||||
        ip ¦ 1.2.3.4 ¦ DIR/hf ¦ N|
        ip ¦ 10.2.3.4 ¦ DIR/hf ¦ Y|10.0.0.0/8|||
        ip ¦ 172.16.0.1 ¦ DIR/hf ¦ N|172.16.0.1
        ip ¦ 172.16.0.2 ¦ DIR/hf ¦ Y|172.16.0.0/12|||
        ip ¦ 2001:db8::1 ¦ DIR/hf ¦ Y|2001:db8::/32|||
        ip ¦ 2001:db8::1 ¦ <; 2001:db8::/32 ¦ Y||||
        ip ¦ 2001:db8::1 ¦ 2001::db8::::/32 ¦ Y||||
        ip ¦ ::ffff:1.2.3.4 ¦ 1.2.3.4 ¦ Y||||
        ip ¦ 1.2.3.4 ¦ net-lsearch;DIR/nets ¦ Y|plain|||
        ip ¦ 192.168.34.6 ¦ net24-lsearch;DIR/nets ¦ Y|masked|||
        ip ¦ 2001:db8::1 ¦ net-lsearch;DIR/nets ¦ Y|six|||
        ip ¦ 10.3.3.4 ¦ net-iplsearch;DIR/ipl ¦ Y|net|||
        ip ¦ 2001:db8::5 ¦ net-iplsearch;DIR/ipl ¦ Y|six|||
        ip ¦ 192.168.34.6 ¦ iplsearch;DIR/ipl ¦ N|
        ip ¦ 192.168.34.6 ¦ lsearch;DIR/nets ¦ N|
        ip ¦ 1.2.3.4 ¦ host.name ¦ N|
        ip ¦ 1.2.3.4 ¦ *.name ¦ N|
        ip ¦ 1.2.3.4 ¦ ^name ¦ N|
        ip ¦ 1.2.3.4 ¦ 1.2.3.4/33 ¦ Y||||
        ip ¦ 1.2.3.4 ¦ 1.2.3.4/x ¦ N|
        ip ¦ 1.2.3.4 ¦ 1.2.3.4.5 ¦ N|
        ip ¦ 1.2.3.4 ¦ 1.2.3 ¦ N|
        ip ¦ 1.2.3.4 ¦ 1.2.3/24 ¦ N|
        ip ¦ 1.2.3.4 ¦ +nosuch ¦ D|unknown named host list "+nosuch"
        ip ¦ 1.2.3.4 ¦ +ignore_unknown : *.foo : 1.2.3.4 ¦ Y||||
        ip ¦ 1.2.3.4 ¦ ! 1.2.3.4 : 1.2.0.0/16 ¦ N|
        ip ¦ 1.2.3.4 ¦ [1.2.3.4] ¦ N|
        ip ¦ 2001:db8::1 ¦ <; [2001:db8::1] ¦ N|
        ip ¦ 1.2.3.4 ¦ 0.0.0.0/0 ¦ Y||||
        ip ¦ 2001:db8::1 ¦ 0.0.0.0/0 ¦ N|
        ip ¦ 10.11.12.13 ¦ 10/8 ¦ N|
        local_part ¦ x ¦ +nosuch ¦ D|unknown named local part list "+nosuch"
        ip ¦ 127.0.0.1 ¦ lsearch;DIR/nets ¦ Y|lo|||
        ip ¦ 127.0.0.1 ¦ localhost ¦ N|
        ip ¦  ¦ lsearch;DIR/nets ¦ N|
        ip ¦  ¦ passwd;root ¦ N|
        ip ¦ 1.2.3.4 ¦ net-passwd;root ¦ Y|*:0:0:root:/root:/bin/bash|||
        ip ¦ 2001:db8::1 ¦ net32-lsearch;DIR/nets ¦ N|
        """;
}
