namespace ScriptMta.Tests.Expansion.Generated;

/// <summary>
/// What generated templates are made of. In a shape "%t" stands for any template, "%c" a condition, "%n" a number, "%e" arithmetic, "%l" a list, "%a" an address, "%i" an IP address, "%r" a
/// pattern, "%w" a word, "%p" a positive number, "%j" JSON; "%%" is a percent sign. All is written as it should be: what misuse gets is the matter of the rows in cases/, since of two errors ours tells the syntax error first. Left out: captures and $value that outlive their item (in Exim from one line of -be to the next), and what a clock, a process id, a random number, the network or a file's times decide.
/// </summary>
static class TemplateShapes
{
    public static readonly string[] Words =
    [
        "a", "abc", "ABC", "Abc dEf", "a:b:c", "a=1 b=2", "a=\"x y\" b=z", "x@a.b", "X@C.D", "\"q r\"@a.b", "<x@a.b>", "12", "-3", "", " ", "yes", "no", "true", "false", "fail", "*", "*.b", "@", "a.b", "192.0.2.1", "2001:db8::1",
        "\\n", "\\t", "\\\\", "\\$", "\\{", "\\}", "\\:", "\\x41", "\\101", "\\N${x}\\N", "\\N$\\N", "\u00e4", "\u00c3\u00a4", "\u00ff", "\"", "'", "=?utf-8?Q?=C3=A4?=", "a,b;c", "; a;b", "/", "%41", "+", "#x", "!a", "-1", "0x1f",
    ];

    public static readonly string[] Numbers = ["0", "1", "2", "3", "-1", "-2", "10", "255"];

    public static readonly string[] Positive = ["1", "2", "3", "10", "26"];

    public static readonly string[] Arithmetic = ["1+2*3", "%n+%n", "(%n-4)*%n", "%n/%p", "7%%3", "%p<<2", "%p>>1", "~%n", "%n|%n", "%n&6", "%n^5", "((2))", "-%n", "2*-3", "%n%%%p", "10 - 2 - 3"];

    public static readonly string[] Lists = ["", "a", "a:b:c", " a : b ", "<; a;b;c", "<, 1,2,3", "a::b:c", ":", "::", "a:", ":a", "\\n", "b:a:c:a", "3:1:2", "10:9:2", "x@a.b:y@c.d", "!a:*", "*.b:a.b", "<\\n a\\nb", "<- a-b", "a b:c d"];

    public static readonly string[] Addresses = ["x@a.b", "X.y@C.D", "\"a b\"@c.d", "x", "", "<a@b>", "a@b, c@d", "a (note) <x@a.b>", "x+y@a.b", "Name <n@a.b>"];

    public static readonly string[] Ips = ["192.0.2.1", "10.0.0.1", "::1", "2001:db8::1", "2001:db8::9:1"];

    public static readonly string[] Patterns = ["a", "^a", "b\\$", "^(.)(.*)\\$", "(?i)ABC", "[a-c]+", "\\N^\\d+$\\N", "\\N(\\w)\\N", "x*", "(a)|(b)", ".", "\\N[aeiou]\\N", "^x@", "\\N\\.\\N"];

    public static readonly string[] Json = ["\\{\"a\":1,\"b\":[1,\"x\",true,null],\"c\":\\{\"d\":\"e\"\\}\\}", "\\{\"a\":\"\"\\}", "\\{\"a\":\"x\"\\}", "\\{\"a\":[1,2]\\}"];

    public static readonly string[] Variables =
    [
        "${primary_hostname}", "${qualify_domain}", "${local_part}", "${domain}", "${item}", "${acl_m_x}", "${acl_c0}", "$h_subject:", "$h_to:", "$bh_x:", "$rh_x:", "$lh_x:",
        "${message_size}", "${recipients}", "${sender_host_address}", "${spool_directory}", "${acl_arg1}", "${acl_narg}", "${runrc}", "${home}", "${host_data}",
    ];

    static readonly string[] TextOperators =
    [
        "base64", "str2b64", "escape", "escape8bit", "from_utf8", "hash_3", "h_4_26", "hexquote", "l_2", "lc", "length_3", 
        "listcount", "md5", "nh_8", "nhash_5", "nhash_3_4", "quote", "quote_local_part", "quote_lsearch", "quote_mysql", "rfc2047", "rxquote", "s_1", "sha1", "sha256", "sha2_512", "sha3", "sha3_224",
        "strlen", "substr_1", "substr_1_2", "substr_-2", "substr_-3_1", "uc", "utf8clean", 
    ];

    public static readonly string[] Items =
    [
        .. TextOperators.Select(name => $"${{{name}:%t}}"),
        "${address:%a}", "${addresses:%a}", "${domain:%a}", "${local_part:%a}", "${eval:%e}", "${eval10:%e}", "${eval:0x10+010}", "${eval:1k+2M}", "${reverse_ip:%i}", "${listcount:%l}",
        "${listnamed:locals}", "${listnamed_d:locals}", "${time_eval:1w2d3h4m5s}", "${time_interval:%p}", "${hex2b64:4142}", 
        "${if %c{%t}{%t}}", "${if %c{%t}}", "${if %c {%t} fail}", "${if match{%t}{%r}{<$0$1$2>}{%t}}", "${if match{%w}{\\N^(.)(.*)$\\N}{$2${1}}}", "${filter{%l}{match{$item}{%r}}}", "${if !%c{%t}{%t}}", "${if %c{%t}{%t}}", "${if %c {%t}{%t}}",
        "${extract{%p}{:}{%t}{%t}{%t}}", "${extract{b}{%t}{<$value>}{%t}}", "${extract{a}{a=1 b=%t}}", "${extract json{a}{%j}{%t}{%t}}", "${extract json{b}{%j}{%t}{%t}}", 
        "${listextract{%n}{%l}}", "${listextract{%n}{%l}{<$value>}{%t}}", "${map{%l}{%t}}", "${map{%l}{<$item>}}", "${map{%l}{${uc:$item}}}", "${filter{%l}{%c}}", "${filter{%l}{!eq{$item}{%w}}}", "${reduce{%l}{%t}{$value$item}}",
        "${reduce{<, 1,2,%n}{0}{${eval:$value+$item}}}", "${sort{%l}{<}{$item}}", "${sort{%l}{gt}{$item}}", "${sort{%l}{lti}{${uc:$item}}}", 
        "${sg{%t}{%r}{<\\$1>}}", "${sg{abcabc}{%r}{\\$0\\$0}}", "${tr{%t}{abc}{x}}", "${tr{%t}{abc}{ABC}}", "${length{%p}{%t}}", "${substr{%n}{%t}}", "${substr{%n}{%p}{%t}}", "${hash{%p}{%t}}", "${hash{%p}{%p}{%t}}",
        "${nhash{%p}{%t}}", "${nhash{%p}{%p}{%t}}", "${hmac{md5}{%t}{%t}}", "${hmac{sha1}{%t}{%t}}", "${env{NO_SUCH_NAME}{%t}{%t}}", "${acl{yes}{%t}}", "${acl{no}{%t}{%t}}", 
        "${lookup{%w}lsearch{FILE}}", "${lookup{%w}lsearch{FILE}{<$value>}{%t}}", "${lookup{%t}lsearch*{FILE}{%t}{%t}}", "${lookup{%a}lsearch*@{FILE}{$value}{%t}}", "${lookup{%w}wildlsearch{FILE}{$value}{%t}}", "${lookup{%w}nwildlsearch{FILE}{$value}fail}",
        "${lookup{%i}iplsearch{FILE}{$value}{%t}}", "${lookup{%w}partial-lsearch{FILE}{$value}{%t}}", "${lookup{%w}lsearch,ret=key{FILE}{$value}{%t}}",
        "${readfile{FILE}{:}}", 
    ];

    public static readonly string[] Conditions =
    [
        "eq{%t}{%t}", "eqi{%t}{%t}", "eq{%w}{%w}", "lt{%t}{%t}", "lti{%t}{%t}", "le{%t}{%t}", "lei{%t}{%t}", "gt{%t}{%t}", "gti{%t}{%t}", "ge{%t}{%t}", "gei{%t}{%t}", "={%n}{%n}", "=={%n}{%n}", "<{%n}{%n}", ">{%n}{%n}", "<={%n}{%n}",
        ">={%n}{%n}", "bool_lax{%t}", "bool{yes}", "bool{0}", "bool{false}", "def:domain", "def:primary_hostname", "def:h_subject:", "exists{/}", "exists{/no/such}", "first_delivery", "queue_running",
        "forall{%l}{%c}", "forany{%l}{%c}", "forany{%l}{eq{$item}{%w}}", "forall{%l}{match{$item}{%r}}", 
        "inlist{%w}{%l}", "inlisti{%t}{%l}", "isip{%i}", "isip4{%i}", "isip6{%i}", "match{%t}{%r}", "match{%w}{%r}", "match_domain{%w}{%l}", "match_domain{a.b}{+locals}", "match_domain{%t}{%l}", "match_address{%a}{%l}", "match_address{x@a.b}{+people}",
        "match_local_part{%w}{%l}", "match_local_part{ann}{+staff}", "match_ip{%i}{+nets}", "match_ip{192.0.2.1}{192.0.2.0/24}", "or{{%c}{%c}}", "and{{%c}{%c}}", "and{{%c}{%c}{%c}}", "or{{%c}}", "!%c", "! %c", 
        "crypteq{a}{\\{md5\\}DMF1ucDxtqgxw5niaXcmYQ==}", "acl{{yes}{%w}}", "acl{{no}}", 
    ];
}
