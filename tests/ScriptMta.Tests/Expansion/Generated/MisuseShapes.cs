namespace ScriptMta.Tests.Expansion.Generated;

/// <summary>Items with one mistake each. Placeholders as in <see cref="TemplateShapes"/>.</summary>
static class MisuseShapes
{
    /// <summary>Wrong values: an error where the item is evaluated, and none where it is skipped.</summary>
    public static readonly string[] Values =
    [
        "${eval:%n+}", "${eval:(%n}", "${eval:%n)}", "${eval:abc}", "${eval:}", "${eval:1 2}", "${eval:1.5}", "${eval10:0x10}", "${substr{abc}{%w}}", "${length{x}{%w}}", "${hash{x}{%w}}", "${hash{3}{99}{%w}}", "${nhash{a}{%w}}",
        "${hex2b64:xyz}", "${hex2b64:123}", "${base64d:*}", "${base64d:abc}", "${base62d:!}", "${base32d:!}", "${base32:x}", "${base62:-1}", "${time_eval:xx}", "${time_eval:1x}", "${time_interval:xx}",
        "${mask:%i}", "${mask:zz/24}", "${mask:1.2.3.4/99}", "${mask:1.2.3.4/x}", "${reverse_ip:zz}", "${ipv6denorm:zz}", "${sha2_99:%w}", "${sha3_1:%w}", "${hmac{foo}{%w}{%w}}", "${listextract{a}{%l}}", "${sort{%l}{foo}{$item}}",
        "${lookup{%w}lsearch{/no/such}}", "${lookup{%w}lsearch{relative}}", "${lookup{%w}dsearch{/no/such}}", "${lookup{%w}nosuch{x}}", "${lookup{%w}cdb{/no/such}}", "${readfile{/no/such}}", "${acl{nosuch}}", "${addresses:>}", "${sg{%w}{(}{x}}",
        "${if ={a}{%n}{%t}}", "${if >{%n}{1.5}{%t}}", "${if <{}{1x}{%t}}", "${if match{%w}{(}{%t}}", "${if match{%w}{a[}{%t}}", "${if bool{maybe}{%t}}", "${if match_ip{%i}{1.2.3.4/99}{%t}}", "${if crypteq{a}{\\{sha1\\}x}{%t}}",
        "${if inlist{a}{%l}{${eval:x}}{%t}}", "${if acl{{nosuch}}{%t}}", "${map{a:b}{${eval:x}}}", "${reduce{a:b}{0}{${eval:$value+}}}", "${filter{a:b}{={$item}{1}}}", "${quote_local_part:${eval:x}}", "${listnamed:nosuch}", "${listnamed_x:locals}",
    ];

    /// <summary>Wrong grammar: ours tells it at load, wherever it stands; Exim where it gets there.</summary>
    public static readonly string[] Grammar =
    [
        "${foo:%w}", "${nosuch}", "$nosuch", "${if foo{a}{b}{%t}}", "${if eq{a}}", "${if eq{a}{b}", "${if eq{a}{b}{c}{d}{e}}", "${lc}", "${lc:%w", "${if def:nosuch{%t}}", "${extract{1}{:}}", "${extract{1}{:}{a}{b}{c}{d}}", "${tr{a}{b}}",
        "${reduce{a}{b}}", "${map{a}}", "${filter{a}}", "${sort{a}{<}}", "${quote_nosuch:%w}", "${lookup{%w}lsearch}", "${if and{eq{a}{b}}{%t}}", "${if or{{eq{a}{b}}{%t}", "${hash{%w}}", "${if isip{}", "${sg{%w}{a}}", "${", "${}",
        "${if match{a}{b}{c}fail{d}}", "${if !{%t}}", "${listextract{1}}", "${length_3}", "${substr{1}}", "${hmac{md5}{a}}", "${substr_x:%w}", "${length_:%w}", "${hash_a:%w}", "${env{}", "${acl}", "$", "${if}", "${extract}", "${:x}", "${1x}", "$h_", "${if eq {a} {b} {c} x}",
    ];
}
