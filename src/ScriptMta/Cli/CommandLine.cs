namespace ScriptMta.Cli;

static class CommandLine
{
    public static int Run(string[] args) => args.Length == 0 ? 1 : 0;
}
