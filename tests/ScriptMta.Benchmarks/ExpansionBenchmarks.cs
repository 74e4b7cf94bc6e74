using BenchmarkDotNet.Attributes;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Benchmarks;

/// <summary>The goals of the expansion chapter: three variables and one if under 300 ns with no garbage but the result; reading and expanding a line under 2.5 µs (400,000 lines a second of -be).</summary>
[MemoryDiagnoser]
public class ExpansionBenchmarks
{
    const string Common = "$local_part@$domain ${if eq{$sender_host_address}{192.0.2.1}{yes}{no}}";
    const string Line = "${if and{{match{$domain}{^ex}}{def:local_part}}{${lc:$local_part}@${uc:$domain}}{none}}";

    static readonly SourceLocation At = SourceLocation.BuiltIn("benchmark");

    readonly ExpansionContext _context = BenchmarkContext.Make();

    readonly Template _common = Template.Parse(Common, At);
    readonly Template _constant = Template.Parse("/var/mail", At);
    readonly Template _line = Template.Parse(Line, At);

    [Benchmark]
    public int Three_variables_and_an_if() => _common.Expand(_context).Text.Length;

    [Benchmark]
    public int A_constant() => _constant.Expand(_context).Text.Length;

    [Benchmark]
    public int A_pattern_and_operators() => _line.Expand(_context).Text.Length;

    [Benchmark]
    public int Read_and_expand_a_line() => Template.Parse(Common, At).Expand(_context).Text.Length;

    [Benchmark]
    public int Read_and_expand_a_longer_line() => Template.Parse(Line, At).Expand(_context).Text.Length;
}
