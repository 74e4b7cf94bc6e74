namespace ScriptMta.Benchmarks;

static class Benchmarks
{
    static void Main(string[] args) => BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Benchmarks).Assembly).Run(args);
}
