namespace ScriptMta.Tests.Expansion.Generated;

/// <summary>
/// What generated templates are made of. In a shape "%t" stands for any template, "%c" a condition, "%n" a number, "%e" arithmetic, "%l" a list, "%a" an address, "%i" an IP address, "%r" a
/// pattern, "%w" a word, "%j" JSON; "%%" is a percent sign. Left out: captures and $value that outlive their item (in Exim from one line of -be to the next), and what a clock, a process id, a random number, the network or a file's times decide.
/// </summary>
static class TemplateShapes
{
    public static readonly string[] Words =
    [
        "a", "abc", "ABC", "Abc dEf", "a:b:c", "a=1 b=2", "a=\"x y\" b=z", "x@a.b", "X@C.D", "\"q r\"@a.b", "<x@a.b>", "12", "-3", "", " ", "yes", "no", "true", "false", "fail", "*", "*.b", "@", "a.b", "192.0.2.1", "2001:db8::1",
        "\\n", "\\t", "\\\\", "\\$", "\\{", "\\}", "\\:", "\\x41", "\\101", "\\N${x}\\N", "\\N$\\N", "\u00e4", "\u00c3\u00a4", "\u00ff", "\"", "'", "=?utf-8?Q?=C3=A4?=", "a,b;c", "; a;b", "/", "%41", "+", "#x", "!a", "-1", "0x1f",
    ];

    public static readonly string[] Numbers = ["0", "1", "2", "3", "-1", "-2", "10", "255", "007", "0x1f", "1k", "2K", "3M", "1G", "-0", " 4 ", "9223372036854775807", "", "abc", "1.5", "+1", "4x"];

    public static readonly string[] Arithmetic =
    [
        "1+2*3", "%n+%n", "(%n-4)*%n", "%n/%n", "7%%3", "1/0", "%n<<2", "%n>>1", "~%n", "%n|%n", "%n&6", "%n^5", "((2))", "(1", "1 1", "-%n", "0x10+010", "1k", "2*-3", "%n%%%n", "+", "!1", "10 - 2 - 3", "2 + %t",
    ];

    public static readonly string[] Lists = ["", "a", "a:b:c", " a : b ", "<; a;b;c", "<, 1,2,3", "a::b:c", ":", "::", "a:", ":a", "<", "<;", "<x", "\\n", "b:a:c:a", "3:1:2", "10:9:2", "x@a.b:y@c.d", "!a:*", "*.b:a.b", "+locals", "!+locals:*", "<\\n a\\nb", "<- a-b", "a b:c d", "%t:%t", "%w:%w:%w"];

    public static readonly string[] Addresses = ["x@a.b", "X.y@C.D", "\"a b\"@c.d", "x", "", "<>", "<a@b>", "a@b, c@d", "a (note) <x@a.b>", "@", "a@", "@b", "x@[192.0.2.1]", "a..b@c", "x+y@a.b", "Name <n@a.b>", "group: a@b, c@d;", "\"", "%w@%w"];

    public static readonly string[] Ips = ["192.0.2.1", "192.0.2.0/24", "10.0.0.1", "::1", "2001:db8::1", "2001:db8::/32", "::ffff:192.0.2.1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "abc", "", "2001.db8::::1", "0.0.0.0/0", "1.2.3.4/33", "::/0", "%w"];

    public static readonly string[] Patterns = ["", "a", "^a", "b\\$", "^(.)(.*)\\$", "(?i)ABC", "[a-c]+", "\\N^\\d+$\\N", "\\N(\\w)\\N", "x*", "(a)|(b)", "[", "(", "a{2}", ".", "\\N[aeiou]\\N", "^x@", "\\N\\.\\N", "%w"];

    public static readonly string[] Json = ["{\"a\":1,\"b\":[1,\"x\",true,null],\"c\":{\"d\":\"e\"}}", "[1,2,3]", "[]", "[\"a\",\"b\"]", "{}", "{\"a\":\"\"}", "", "[1,", "{\"a\"}", "\"x\"", "[{\"a\":1},{\"a\":2}]", "%w"];

    public static readonly string[] Variables =
    [
        "$primary_hostname", "${primary_hostname}", "$qualify_domain", "$local_part", "$domain", "$item", "$acl_m_x", "$acl_c0", "$h_subject:", "${h_to:}", "$bh_x:", "$rh_x", "$lh_x:",
        "$message_size", "$recipients", "$sender_host_address", "$nosuch", "${nosuch}", "$spool_directory", "$acl_arg1", "$acl_narg", "$runrc", "$home", "${", "$", "${}", "${1", "$host_data",
    ];

    static readonly string[] TextOperators =
    [
        "base32", "base32d", "base62", "base62d", "base64", "base64d", "str2b64", "escape", "escape8bit", "expand", "from_utf8", "hash_3", "h_4_26", "hash", "hex2b64", "hexquote", "l_2", "lc", "length_3", "length",
        "listcount", "mask", "md5", "nh_8", "nhash_5", "nhash_3_4", "quote", "quote_local_part", "quote_lsearch", "quote_mysql", "quote_nosuch", "rfc2047", "rfc2047d", "rxquote", "s_1", "sha1", "sha256", "sha256_224", "sha2", "sha2_512", "sha3", "sha3_224",
        "strlen", "substr_1", "substr_1_2", "substr_-2", "substr_-3_1", "substr", "uc", "utf8_domain_from_alabel", "utf8_domain_to_alabel", "utf8_localpart_from_alabel", "utf8_localpart_to_alabel", "utf8clean", "reverse_ip", "nosuch",
    ];

    public static readonly string[] Items =
    [
        .. TextOperators.Select(name => $"${{{name}:%t}}"),
        "${address:%a}", "${addresses:%a}", "${addresses:>%d %a}", "${domain:%a}", "${local_part:%a}", "${eval:%e}", "${eval10:%e}", "${ipv6denorm:%i}", "${ipv6norm:%i}", "${reverse_ip:%i}", "${mask:%i}", "${mask:%i/%n}", "${listcount:%l}",
        "${listnamed:%w}", "${listnamed:locals}", "${listnamed_d:locals}", "${time_eval:%n}", "${time_eval:1w2d3h4m5s}", "${time_interval:%n}", "${base62:%n}", "${base32:%n}", "${base62d:%w}", "${hex2b64:4142}", "${stat:/no/such/file}",
        "${if %c{%t}{%t}}", "${if %c{%t}}", "${if %c {%t} fail}", "${if %c}", "${if match{%t}{%r}{<$0$1$2>}{%t}}", "${if match{%w}{\\N^(.)(.*)$\\N}{$2${1}}}", "${filter{%l}{match{$item}{%r}}}", "${if !%c{%t}{%t}}", "${if %c{%t}{%t}}", "${if %c {%t}{%t}}",
        "${extract{%n}{:}{%t}{%t}{%t}}", "${extract{%n}{%d}{%t}}", "${extract{%w}{%t}{<$value>}{%t}}", "${extract{a}{a=1 b=%t}}", "${extract{%n}{%d}{%t}{%t} fail}", "${extract json{a}{%j}{%t}{%t}}", "${extract jsons{a}{%j}}", "${extract json{%n}{%j}}",
        "${listextract{%n}{%l}}", "${listextract{%n}{%l}{<$value>}{%t}}", "${map{%l}{%t}}", "${map{%l}{<$item>}}", "${map{%l}{${uc:$item}}}", "${filter{%l}{%c}}", "${filter{%l}{!eq{$item}{%w}}}", "${reduce{%l}{%t}{$value$item}}",
        "${reduce{<, 1,2,%n}{0}{${eval:$value+$item}}}", "${reduce{%l}{%t}{%t}}", "${sort{%l}{<}{$item}}", "${sort{%l}{gt}{$item}}", "${sort{%l}{lti}{${uc:$item}}}", "${sort{%l}{%w}{$item}}",
        "${sg{%t}{%r}{%t}}", "${sg{%t}{%r}{<\\$1>}}", "${sg{abcabc}{%r}{\\$0\\$0}}", "${tr{%t}{%w}{%w}}", "${tr{%t}{abc}{ABC}}", "${length{%n}{%t}}", "${substr{%n}{%t}}", "${substr{%n}{%n}{%t}}", "${hash{%n}{%t}}", "${hash{%n}{%n}{%t}}",
        "${nhash{%n}{%t}}", "${nhash{%n}{%n}{%t}}", "${hmac{md5}{%t}{%t}}", "${hmac{sha1}{%t}{%t}}", "${hmac{%w}{%t}{%t}}", "${listquote{%d}{%t}}", "${env{NO_SUCH_NAME}{%t}{%t}}", "${acl{yes}{%t}}", "${acl{no}{%t}{%t}}", "${acl{nosuch}}",
        "${lookup{%w}lsearch{FILE}}", "${lookup{%w}lsearch{FILE}{<$value>}{%t}}", "${lookup{%t}lsearch*{FILE}{%t}{%t}}", "${lookup{%a}lsearch*@{FILE}{$value}{%t}}", "${lookup{%w}wildlsearch{FILE}{$value}{%t}}", "${lookup{%w}nwildlsearch{FILE}{$value}fail}",
        "${lookup{%i}iplsearch{FILE}{$value}{%t}}", "${lookup{%w}partial-lsearch{FILE}{$value}{%t}}", "${lookup{%w}lsearch{/no/such}{%t}{%t}}", "${lookup{%w}nosuch{FILE}}", "${lookup{%w}lsearch,ret=key{FILE}{$value}{%t}}",
        "${readfile{FILE}{:}}", "${readfile{/no/such}}",
    ];

    public static readonly string[] Conditions =
    [
        "eq{%t}{%t}", "eqi{%t}{%t}", "ne{%t}{%t}", "eq{%w}{%w}", "lt{%t}{%t}", "lti{%t}{%t}", "le{%t}{%t}", "lei{%t}{%t}", "gt{%t}{%t}", "gti{%t}{%t}", "ge{%t}{%t}", "gei{%t}{%t}", "={%n}{%n}", "=={%n}{%n}", "<{%n}{%n}", ">{%n}{%n}", "<={%n}{%n}",
        ">={%n}{%n}", "={%t}{%n}", "bool{%w}", "bool{%t}", "bool_lax{%t}", "def:domain", "def:primary_hostname", "def:h_subject:", "def:nosuch", "def:%w", "exists{/}", "exists{/no/such}", "exists{%w}", "first_delivery", "queue_running",
        "forall{%l}{%c}", "forany{%l}{%c}", "forany{%l}{eq{$item}{%w}}", "forall{%l}{match{$item}{%r}}", "forany_json{%j}{eq{$item}{1}}", "forall_json{%j}{%c}", "forany_jsons{%j}{eq{$item}{x}}", "forall_jsons{%j}{%c}",
        "inlist{%w}{%l}", "inlisti{%t}{%l}", "isip{%i}", "isip4{%i}", "isip6{%i}", "match{%t}{%r}", "match{%w}{%r}", "match_domain{%w}{%l}", "match_domain{a.b}{+locals}", "match_domain{%t}{%l}", "match_address{%a}{%l}", "match_address{x@a.b}{+people}",
        "match_local_part{%w}{%l}", "match_local_part{ann}{+staff}", "match_ip{%i}{%i}", "match_ip{%i}{+nets}", "match_ip{192.0.2.1}{192.0.2.0/24}", "or{{%c}{%c}}", "and{{%c}{%c}}", "and{{%c}{%c}{%c}}", "or{{%c}}", "!%c", "! %c", "not{%c}", "or{}", "and{%c}",
        "crypteq{a}{\\{md5\\}DMF1ucDxtqgxw5niaXcmYQ==}", "crypteq{%t}{%w}", "nosuch{%t}", "eq{%t}", "eq{%w}{%w}{%w}", "", "acl{{yes}{%w}}", "acl{{no}}", "acl{{nosuch}}",
    ];

    public static readonly string[] Delimiters = [":", ",", ";", " ", ":;", "", "x", "|"];
}
