namespace ScriptMta.Benchmarks;

static class Benchmarks
{
    static void Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["process", .. var programs]: WholeProcess.Run(programs); break;
            case ["hook"]: HookCosts.Run(); break;
            case ["load", .. var rest]: LoadCosts.Run(rest); break;
            case ["lines"]: LineCosts.Run(); break;
            case ["tls", .. var programs]: TlsHandshakes.Run(programs); break;
            case ["acl"]: AclCosts.Run(); break;
            case ["connections", .. var sizes]: ConnectionCosts.Run(sizes); break;
            case ["hints", .. var rest]: HintCosts.Run(rest); break;
            case ["million", .. var rest]: MillionQueued.Run(rest); break;
            default: BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Benchmarks).Assembly).Run(arguments); break;
        }
    }
}
